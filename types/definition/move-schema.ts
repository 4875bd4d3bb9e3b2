import type { Json, JsonSchema } from "../../generate/shapes/nodes.ts";
import { mapSchema, type Schema } from "../../generate/shapes/walk-schema.ts";

/**
 * A plain schema as it reads within another one: its references lead to where it stands there.
 * @param place where it is to stand, as JSON pointer
 */
export const moveSchema = (schema: JsonSchema, place: string): Json =>
  mapSchema(schema as Schema, (each) =>
    typeof each.$ref === "string" ? { ...each, $ref: `#${place}${each.$ref.slice(1)}` } : each,
  );
