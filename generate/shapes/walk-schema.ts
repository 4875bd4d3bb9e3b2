import { isObject } from "./is-object.ts";
import type { Json } from "./nodes.ts";
import { pointTo } from "./pointer.ts";

export type Schema = { readonly [keyword: string]: Json };

export const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
export const entriesOf = (value: Json | undefined): [string, Json][] =>
  isObject(value) ? Object.entries(value) : [];

const keywordsOfOne = new Set([
  "items",
  "additionalProperties",
  "additionalItems",
  "not",
  "if",
  "then",
  "else",
  "contains",
  "propertyNames",
  "unevaluatedItems",
  "unevaluatedProperties",
  "contentSchema",
]);
const keywordsOfLists = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const keywordsOfMaps = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
]);

/** Whether schemas stand there; what stands elsewhere are values. */
export const holdsSchemas = (keyword: string): boolean =>
  [keywordsOfOne, keywordsOfLists, keywordsOfMaps].some((keywords) => keywords.has(keyword));

/** Rewrites a schema from within: what `rewrite` makes of each schema, those in it done before. */
export function mapSchema(
  schema: Json,
  rewrite: (schema: Schema, pointer: string) => Schema,
  pointer = "",
): Json {
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).map(([keyword, value]): [string, Json] => {
    const place = pointTo(pointer, keyword);
    if (keywordsOfOne.has(keyword) && !Array.isArray(value))
      return [keyword, mapSchema(value, rewrite, place)];
    if ((keywordsOfLists.has(keyword) || keyword === "items") && Array.isArray(value))
      return [keyword, value.map((each, index) => mapSchema(each, rewrite, pointTo(place, index)))];
    if (keywordsOfMaps.has(keyword) && isObject(value)) return [keyword, mapMembers(value, rewrite, place)];
    // Where OpenAPI has its definitions.
    if (keyword === "components" && isObject(value) && isObject(value.schemas)) {
      const schemas = mapMembers(value.schemas, rewrite, pointTo(place, "schemas"));
      return [keyword, { ...value, schemas }];
    }
    return [keyword, value];
  });
  return rewrite(Object.fromEntries(entries), pointer);
}

function mapMembers(
  schemas: Schema,
  rewrite: (schema: Schema, pointer: string) => Schema,
  pointer: string,
): Schema {
  const members = Object.entries(schemas).map(([name, each]): [string, Json] => [
    name,
    mapSchema(each, rewrite, pointTo(pointer, name)),
  ]);
  return Object.fromEntries(members);
}

/** Calls `visit` for each schema in a schema. */
export function visitSchemas(schema: Json, visit: (schema: Schema, pointer: string) => void): void {
  mapSchema(schema, (each, pointer) => {
    visit(each, pointer);
    return each;
  });
}

export function countSchemas(schema: Json): number {
  let count = 0;
  visitSchemas(schema, () => {
    count += 1;
  });
  return count;
}
