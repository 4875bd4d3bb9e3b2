import { isObject } from "../../generate/shapes/is-object.ts";
import type { Json } from "../../generate/shapes/nodes.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import { type Schema, visitSchemas } from "../../generate/shapes/walk-schema.ts";
import { limits } from "./limits.ts";
import type { Fault } from "./problem.ts";
import { createResolve, type Located } from "./references.ts";

const lists = ["allOf", "anyOf", "oneOf"];
const ones = ["not", "if", "then", "else"];

/** References by which a value would have to be judged by a schema for ever, without coming to a part of it: no validator ends on them. */
export function findEndless(root: Schema): readonly Fault[] {
  const resolve = createResolve(root);
  const faults: Fault[] = [];
  const done = new Set<string>();

  function visit({ schema, pointer }: Located, path: readonly string[]): void {
    if (!isObject(schema) || done.has(pointer)) return;
    const within = [...path, pointer];
    for (const { place, reference } of referencesOf(schema, pointer)) {
      const target = resolve(reference);
      if (target === null) continue;
      if (within.length > limits.references)
        faults.push({
          pointer: place,
          message: `is the last of more than ${limits.references} references in a row`,
        });
      else if (!within.includes(target.pointer)) visit(target, within);
      else
        faults.push({
          pointer: place,
          message: `refers to itself: ${[...within.slice(within.indexOf(target.pointer)), target.pointer].map((each) => `#${each}`).join(" -> ")}`,
        });
    }
    for (const each of appliedBy(schema, pointer)) visit(each, within);
    done.add(pointer);
  }

  visitSchemas(root, (schema, pointer) => visit({ schema, pointer }, []));
  return faults;
}

function referencesOf(schema: Schema, pointer: string): readonly { place: string; reference: string }[] {
  return ["$ref", "$dynamicRef"].flatMap((keyword) => {
    const reference = schema[keyword];
    return typeof reference === "string" ? [{ place: pointTo(pointer, keyword), reference }] : [];
  });
}

/** The schemas that judge the same value. */
function appliedBy(schema: Schema, pointer: string): readonly Located[] {
  const located = (value: Json | undefined, ...tokens: readonly (string | number)[]): Located[] =>
    value === undefined ? [] : [{ schema: value, pointer: pointTo(pointer, ...tokens) }];
  const { dependentSchemas } = schema;
  return [
    ...lists.flatMap((keyword) => {
      const list = schema[keyword];
      return Array.isArray(list) ? list.flatMap((each: Json, index) => located(each, keyword, index)) : [];
    }),
    ...ones.flatMap((keyword) => located(schema[keyword], keyword)),
    ...(isObject(dependentSchemas)
      ? Object.entries(dependentSchemas).flatMap(([name, each]) => located(each, "dependentSchemas", name))
      : []),
  ];
}
