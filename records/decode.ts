import { isUtf8 } from "node:buffer";
import type { ErrorObject } from "ajv";
import { createAjv } from "./create-ajv.ts";
import { findUnstorableEscape } from "./escapes.ts";
import { toExplanation } from "./explanation.ts";
import { listMembers } from "./json-members.ts";
import { type Field, recordSchema, type TextDefinition } from "./text-definition.ts";
import { isBeyondYears } from "./year-bounds.ts";

/** Why a message can never become a row; what `dead_letters.reason` may hold. */
export type DeadLetterReason =
  | "tombstone"
  | "empty"
  | "not_utf8"
  | "not_json"
  | "not_an_object"
  | "nul_character"
  | "lone_surrogate"
  /** Of a type whose definition wants no rows of such. */
  | "invalid_record"
  | "invalid_headers"
  | "unknown_run"
  | "sequence_out_of_range"
  | "identity_conflict"
  | "rejected_by_database"
  /** Of many: their batch is damaged, or of a form that is not read. */
  | "undecodable_batch"
  | "processing_failed"
  | "not_kept";

export type Decoded = DecodedRow | Dead;

export interface DecodedRow {
  readonly kind: "row";
  /** The message's JSON text as it came. */
  readonly payload: string;
  /** One value a field of the record type, in its order, as COPY takes it as text; null where the column becomes NULL. */
  readonly values: readonly (string | null)[];
  /** What was repaired, in words; null for a clean record. */
  readonly error: string | null;
}

export interface Dead {
  readonly kind: "dead";
  readonly reason: DeadLetterReason;
  readonly detail: string;
}

/** Validates and normalises one message value (null is Kafka's tombstone): pure, never throws. */
export type DecodeMessage = (value: Buffer | null) => Decoded;

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

/** A message's value that is one JSON object of texts that PostgreSQL can hold; nothing more is known of it. */
export interface ReadObject {
  readonly kind: "object";
  /** The JSON text as it came. */
  readonly payload: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/** Reads what every record is made of, whatever its type. */
export function readObject(value: Buffer | null): ReadObject | Dead {
  if (value === null) return dead("tombstone", "the message has no value");
  if (value.length === 0) return dead("empty", "the message's value is empty");
  const payload = value.toString("utf8");
  // Where bytes are not UTF-8, decoding leaves this sign; text may have it too.
  if (payload.includes("\ufffd") && !isUtf8(value)) return dead("not_utf8", "the value is not valid UTF-8");
  let record: unknown;
  try {
    record = JSON.parse(payload);
  } catch (error) {
    return dead("not_json", error instanceof Error ? error.message : String(error));
  }
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    return dead("not_an_object", `the value is ${describeType(record)}, not a JSON object`);
  }
  const unstorable = findUnstorableEscape(payload);
  if (unstorable?.kind === "nul")
    return dead("nul_character", "PostgreSQL cannot store the character U+0000");
  if (unstorable?.kind === "surrogate")
    return dead("lone_surrogate", `half a surrogate pair, ${unstorable.sequence}, is no character`);
  return { kind: "object", payload, record: record as Readonly<Record<string, unknown>> };
}

/** Why there is no row; the detail may quote what is wrong, whatever it is. */
export function dead(reason: DeadLetterReason, detail: string): Dead {
  return { kind: "dead", reason, detail: toExplanation(detail) };
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

export function describeType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

export function quoteBeginning(text: string): string {
  const beginning = firstCharacters(text, 40);
  return JSON.stringify(beginning.length < text.length ? `${beginning}…` : beginning);
}

/** Unicode characters, without a list of what may be millions. */
function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** None of them has more than two units. */
function firstCharacters(text: string, count: number): string {
  return Array.from(text.slice(0, 2 * count))
    .slice(0, count)
    .join("");
}
