import { type FieldCheck, quickChecks } from "../../records/byte-checks.ts";
import { isUtcDateTime } from "../../records/utc-date-time.ts";
import { createAjv } from "./create-ajv.ts";
import type { Field, FieldSchema } from "./text-definition.ts";

/** What a schema may say beside what every text is checked for: its type, and its length. */
const describing: ReadonlySet<string> = new Set(["type", "description", "maxLength", "examples"]);

/**
 * A check of a field's value on its bytes, never more lenient than the field's schema. Of formats and times it takes the
 * forms that nearly all values have.
 * @returns null where the schema asks for nothing but text of a length
 */
export function createFieldCheck(field: Field): FieldCheck | null {
  if (field.column.type === "timestamptz") return isUtcDateTime;
  const { schema } = field;
  const rules = Object.keys(schema).filter((keyword) => !describing.has(keyword));
  if (rules.length === 0) return null;
  const quick = rules.length === 1 ? quickChecks[schema.format ?? ""] : undefined;
  return quick ?? checkBySchema(schema);
}

function checkBySchema(schema: FieldSchema): FieldCheck {
  const isValid = createAjv().compile(schema);
  return (bytes, start, end) => isValid(bytes.toString("utf8", start, end));
}
