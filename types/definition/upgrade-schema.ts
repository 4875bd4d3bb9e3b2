import { isObject } from "../../generate/shapes/is-object.ts";
import type { Json } from "../../generate/shapes/nodes.ts";
import { mapSchema, type Schema } from "../../generate/shapes/walk-schema.ts";

/**
 * Most schemas that are published are of draft 4 to 7. What draft 2020-12 says otherwise is brought to it: lists of `items`, `dependencies`,
 * exclusive bounds as booleans, `id`; and OpenAPI 3.0's `nullable`. `definitions` stay, since references find them where they are.
 */
export function upgradeSchema(schema: Schema): Schema {
  const { id, $schema: _, ...rest } = schema;
  const named = typeof id === "string" && rest.$id === undefined ? { ...rest, $id: id } : rest;
  return mapSchema(named, upgradeOne) as Schema;
}

function upgradeOne(schema: Schema): Schema {
  let upgraded = schema;
  if (Array.isArray(schema.items)) {
    const { items, additionalItems, ...rest } = upgraded;
    upgraded = {
      ...rest,
      prefixItems: items as Json,
      ...(additionalItems === undefined ? {} : { items: additionalItems }),
    };
  }
  if (isObject(schema.dependencies)) upgraded = splitDependencies(upgraded, schema.dependencies);
  upgraded = upgradeBound(upgraded, "minimum", "exclusiveMinimum");
  upgraded = upgradeBound(upgraded, "maximum", "exclusiveMaximum");
  if (upgraded.nullable === true && typeof upgraded.type === "string") {
    const { nullable: _, type, ...rest } = upgraded;
    upgraded = { ...rest, type: [type as string, "null"] };
    if (Array.isArray(rest.enum) && !rest.enum.includes(null))
      upgraded = { ...upgraded, enum: [...rest.enum, null] };
  }
  return upgraded;
}

function splitDependencies(schema: Schema, dependencies: Schema): Schema {
  const { dependencies: _, ...rest } = schema;
  const entries = Object.entries(dependencies);
  const ofNames = entries.filter(([, value]) => Array.isArray(value));
  const ofSchemas = entries.filter(([, value]) => !Array.isArray(value));
  return {
    ...rest,
    ...(ofNames.length > 0 ? { dependentRequired: Object.fromEntries(ofNames) } : {}),
    ...(ofSchemas.length > 0 ? { dependentSchemas: Object.fromEntries(ofSchemas) } : {}),
  };
}

function upgradeBound(schema: Schema, inclusive: string, exclusive: string): Schema {
  if (typeof schema[exclusive] !== "boolean") return schema;
  const { [inclusive]: bound, [exclusive]: isExclusive, ...rest } = schema;
  return {
    ...rest,
    ...(bound === undefined ? {} : { [isExclusive === true ? exclusive : inclusive]: bound }),
  };
}
