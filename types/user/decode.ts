import type { ErrorObject } from "ajv";
import { listMembers } from "../../json/json-members.ts";
import {
  type DecodeMessage,
  describeType,
  firstCharacters,
  quoteBeginning,
  readObject,
} from "../../records/decoded.ts";
import { isBeyondYears } from "../../records/year-bounds.ts";
import { createAjv } from "./create-ajv.ts";
import { type Field, recordSchema, type TextDefinition } from "./text-definition.ts";

/** Compiles the record type's JSON Schema once. */
export function createDecoder(type: TextDefinition): DecodeMessage {
  const isValid = createAjv().compile<Record<string, string | null | undefined>>(recordSchema(type));
  const fields = type.fields;

  return (value) => {
    const read = readObject(value);
    if (read.kind === "dead") return read;
    const { payload, record } = read;
    if (isValid(record)) {
      return { kind: "row", payload, values: fields.map((field) => record[field.name] ?? null), error: null };
    }
    return {
      kind: "row",
      payload,
      ...repair(fields, record, payload, isValid.errors ?? []),
    };
  };
}

function repair(
  fields: readonly Field[],
  record: Readonly<Record<string, unknown>>,
  payload: string,
  errors: readonly ErrorObject[],
): { values: (string | null)[]; error: string } {
  const faulty = new Set(errors.map((error) => error.instancePath.split("/")[1]));
  const repairs: string[] = faulty.has(undefined) ? ["the record has no field"] : [];
  const isNumber = ({ name }: Field): boolean =>
    Object.hasOwn(record, name) && typeof record[name] === "number";
  const numbers = fields.some(isNumber) ? readNumbers(payload) : null;
  const values = fields.map((field) => {
    const value = Object.hasOwn(record, field.name) ? record[field.name] : null;
    if (!faulty.has(field.name)) return typeof value === "string" ? value : null;
    const repaired = repairValue(field, value, numbers?.get(field.name));
    repairs.push(`${field.name}: ${repaired.note}`);
    return repaired.value;
  });
  return { values, error: repairs.join("; ") };
}

/** An object's numbers by their names, digit by digit as they were sent: JSON.parse rounds them beyond 2^53. */
function readNumbers(payload: string): Map<string, string> {
  const numbers = new Map<string, string>();
  for (const { name, start, end } of listMembers(payload)) {
    if (isNumberStart.test(payload[start] ?? "")) numbers.set(name, payload.slice(start, end));
    else numbers.delete(name);
  }
  return numbers;
}

const isNumberStart = /[-\d]/;

/**
 * The original's rules: what is too long is cut, what is no date becomes NULL, the row is kept in any case.
 * @param number a number's text, as it was sent
 */
function repairValue(
  field: Field,
  value: unknown,
  number: string | undefined,
): { value: string | null; note: string } {
  if (typeof value === "object") {
    return { value: null, note: `${describeType(value)} instead of text, set to NULL` };
  }
  // Not of an object: its toString may be anything, and that of nested arrays recurses.
  const text = number ?? String(value);
  if (field.column.type === "timestamptz") {
    const fault = isBeyondYears(text)
      ? "is not in the years 1 to 9999 in UTC"
      : "is not an RFC 3339 date or date-time";
    return { value: null, note: `${quoteBeginning(text)} ${fault}, set to NULL` };
  }
  const notes = typeof value === "string" ? [] : [`${describeType(value)} instead of text, written as text`];
  const { length } = field.column;
  const characters = text.length > length ? countCharacters(text) : 0;
  if (characters > length) {
    notes.push(`${characters} characters cut to ${length}`);
    return { value: firstCharacters(text, length), note: notes.join(", ") };
  }
  if (notes.length === 0)
    notes.push(`${quoteBeginning(text)} is not a valid ${field.schema.format ?? "value"}, kept`);
  return { value: text, note: notes.join(", ") };
}

/** Unicode characters, without a list of what may be millions. */
function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
