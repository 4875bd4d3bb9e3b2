import { isObject } from "../../generate/shapes/is-object.ts";
import type { Json, JsonSchema } from "../../generate/shapes/nodes.ts";
import { tokensOf } from "../../generate/shapes/pointer.ts";
import type { Schema } from "../../generate/shapes/walk-schema.ts";
import { createResolve } from "../definition/references.ts";

/**
 * The schemas that whatever stands at a place must meet: the one that is there, and those of its `$ref` and `allOf`. Further ones may hold
 * there too, by what stands around it: what all of these allow is never too narrow.
 */
export function createConjunction(schema: JsonSchema): (pointer: string) => readonly Schema[] {
  const resolve = createResolve(schema as Schema);
  return (pointer) => {
    const schemas = new Set<Schema>();
    const collect = (value: Json | undefined): void => {
      if (!isObject(value) || schemas.has(value)) return;
      schemas.add(value);
      for (const part of Array.isArray(value.allOf) ? value.allOf : []) collect(part);
      if (typeof value.$ref === "string") collect(resolve(value.$ref)?.schema);
    };
    collect(valueAt(schema as Schema, pointer));
    return [...schemas];
  };
}

const valueAt = (root: Json, pointer: string): Json | undefined =>
  tokensOf(pointer).reduce<Json | undefined>(
    (value, token) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, token)
        ? (value as { readonly [name: string]: Json })[token]
        : undefined,
    root,
  );
