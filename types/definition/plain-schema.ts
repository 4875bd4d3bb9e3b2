import type { JsonSchema } from "../../generate/shapes/nodes.ts";
import { mapSchema, type Schema } from "../../generate/shapes/walk-schema.ts";
import { roundBigints } from "./check-schema.ts";
import { createResolve } from "./references.ts";

/** What says nothing of which values are valid, or only names places; references are written by pointer. */
const dropped = new Set([
  "$schema",
  "$id",
  "$anchor",
  "$dynamicAnchor",
  "$vocabulary",
  "$comment",
  "title",
  "description",
  "default",
  "examples",
  "example",
  "deprecated",
  "readOnly",
  "writeOnly",
]);

/** A schema as validators need it. */
export function plainSchema(schema: Schema): JsonSchema {
  const resolve = createResolve(schema);
  const plain = mapSchema(schema, (each) =>
    Object.fromEntries(
      Object.entries(each).flatMap(([keyword, value]) => {
        if (dropped.has(keyword) || keyword.startsWith("x-")) return [];
        if (keyword !== "$ref" && keyword !== "$dynamicRef") return [[keyword, value]];
        const target = typeof value === "string" ? resolve(value) : null;
        return target === null
          ? []
          : [["$ref", `#${target.pointer.split("/").map(encodeURIComponent).join("/")}`]];
      }),
    ),
  );
  return roundBigints(plain) as JsonSchema;
}
