import { pointTo } from "../../generate/shapes/pointer.ts";
import { entriesOf, listOf, type Schema } from "../../generate/shapes/walk-schema.ts";
import type { CollectContext, Facets, Place } from "./facets.ts";

export function addProperties(
  schema: Schema,
  at: Place,
  facets: Facets,
  { spend, patternOf }: CollectContext,
): void {
  const properties = entriesOf(schema.properties);
  const required = listOf(schema.required);
  spend(properties.length + required.length, at("properties"));
  for (const [name, property] of properties) {
    const located = { schema: property, pointer: pointTo(at("properties"), name) };
    const before = facets.properties.get(name);
    if (before === undefined) facets.properties.set(name, [located]);
    else before.push(located);
  }
  for (const [index, name] of required.entries())
    if (typeof name === "string" && !facets.required.has(name))
      facets.required.set(name, pointTo(at("required"), index));
  const patterns = entriesOf(schema.patternProperties).map(([source, property]) => ({
    pattern: patternOf(source),
    located: { schema: property, pointer: pointTo(at("patternProperties"), source) },
  }));
  spend(patterns.length, at("patternProperties"));
  for (const each of patterns) facets.patternProperties.push(each);
  if (schema.additionalProperties !== undefined) {
    facets.closings.push({
      names: new Set(properties.map(([name]) => name)),
      patterns: patterns.map(({ pattern }) => pattern),
      rest: { schema: schema.additionalProperties, pointer: at("additionalProperties") },
    });
  }
  if (schema.propertyNames !== undefined)
    facets.propertyNames.push({ schema: schema.propertyNames, pointer: at("propertyNames") });
}

export function addItems(schema: Schema, at: Place, facets: Facets): void {
  if (schema.items !== undefined || schema.prefixItems !== undefined) {
    facets.tuples.push({
      prefix: listOf(schema.prefixItems).map((each, index) => ({
        schema: each,
        pointer: pointTo(at("prefixItems"), index),
      })),
      items: schema.items === undefined ? null : { schema: schema.items, pointer: at("items") },
    });
  }
  if (schema.contains !== undefined)
    facets.contains.push({ schema: schema.contains, pointer: at("contains") });
  if (schema.uniqueItems === true) facets.uniqueItems = true;
}
