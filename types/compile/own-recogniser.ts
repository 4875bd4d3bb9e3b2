import { isUtf8 } from "node:buffer";
import { createValidator } from "../../generate/shapes/create-validator.ts";
import type { Definition, JsonSchema } from "../../generate/shapes/nodes.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import { findUnstorableEscape } from "../../json/escapes.ts";
import { beginsWith, isNull, type Recogniser, spansPerField } from "../../records/recogniser.ts";
import { createScalarCheck, kindOf, type ScalarCheck, type ScalarKind } from "./scalar-check.ts";
import type { TableColumn } from "./table.ts";

interface RecognisedField {
  /** The field as it begins: `"name":` */
  readonly start: Uint8Array;
  readonly kind: ScalarKind;
  readonly isRequired: boolean;
  readonly isNullable: boolean;
  readonly isValid: ScalarCheck | null;
}

/** Keywords of a record that ask for nothing where it has none but its own properties, each at most once. */
const understood = new Set([
  "type",
  "properties",
  "required",
  "additionalProperties",
  "$defs",
  "definitions",
]);

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * Finds the values of a record in its bytes where it is valid and written as the type's own
 * sampler writes it: single values, in the definition's order, texts without escapes. Everything else is left to the decoder.
 * @returns null for a type whose records are not flat, or of whose schema more has to be known than its fields' own
 */
export function createOwnRecogniser(
  { schema, root }: Definition,
  columns: readonly TableColumn[],
): Recogniser | null {
  const properties = schema.properties;
  const isFlat =
    root.kind === "object" &&
    root.extras.length === 0 &&
    isSchema(properties) &&
    Object.keys(schema).every((keyword) => understood.has(keyword));
  if (!isFlat) return null;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const validatorAt = createValidator(schema, { allErrors: false });
  const fields: RecognisedField[] = [];
  for (const { field, sqlType } of columns) {
    const kind = kindOf[sqlType];
    const key = JSON.stringify(field);
    const own = properties[field];
    // A name that PostgreSQL cannot hold makes a dead letter of any record that has it.
    if (kind === null || !Object.hasOwn(properties, field) || !isSchema(own) || findUnstorableEscape(key))
      return null;
    const validate = validatorAt(pointTo("/properties", field));
    fields.push({
      start: Uint8Array.from(Buffer.from(`${key}:`)),
      kind,
      isRequired: required.includes(field),
      isNullable: validate(null),
      isValid: createScalarCheck(sqlType, own, validate),
    });
  }
  if (required.some((name) => !columns.some(({ field }) => field === name))) return null;
  return recogniserOf(fields);
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function recogniserOf(fields: readonly RecognisedField[]): Recogniser {
  const spans = new Int32Array(spansPerField * fields.length);

  function recognise(bytes: Buffer): boolean {
    const last = bytes.length - 1;
    if (last < 1 || bytes[0] !== openBrace || bytes[last] !== closeBrace) return false;
    let at = 1;
    let isAscii = true;
    let isBehindComma = true;
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index] as RecognisedField;
      const span = spansPerField * index;
      if (!isBehindComma || !beginsWith(bytes, at, field.start)) {
        if (field.isRequired) return false;
        spans.fill(-1, span, span + spansPerField);
        continue;
      }
      spans[span] = at;
      at += field.start.length;
      let valueAt = at;
      let valueEnd: number;
      if (bytes[at] === quote) {
        if (field.kind !== "string") return false;
        valueAt = ++at;
        let high = 0;
        let byte = bytes[at] as number;
        // Behind the end there is no byte, which is not greater than anything.
        while (byte !== quote && byte !== backslash && byte >= 0x20) {
          high |= byte;
          byte = bytes[++at] as number;
        }
        if (byte !== quote) return false;
        if (high > 0x7f) isAscii = false;
        valueEnd = at++;
      } else if (isNull(bytes, at)) {
        if (!field.isNullable) return false;
        valueAt = -1;
        valueEnd = -1;
        at += 4;
      } else {
        if (field.kind === "string") return false;
        while (at < last && bytes[at] !== comma) at++;
        valueEnd = at;
      }
      if (valueAt >= 0 && field.isValid !== null && !field.isValid(bytes, valueAt, valueEnd)) return false;
      spans[span + 1] = at;
      spans[span + 2] = valueAt;
      spans[span + 3] = valueEnd;
      isBehindComma = bytes[at] === comma;
      if (isBehindComma) at++;
    }
    // What follows a comma is a field: where none was found behind the last one, this is not the closing brace.
    if (at !== last || (isBehindComma && at > 1)) return false;
    return isAscii || isUtf8(bytes);
  }

  return { recognise, spans };
}
