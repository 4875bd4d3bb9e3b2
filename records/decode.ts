import { isUtf8 } from "node:buffer";
import type { ErrorObject } from "ajv";
import { createAjv } from "./create-ajv.ts";
import { type Field, type RecordType, recordSchema } from "./record-type.ts";

/** Why a message can never become a row; what `dead_letters.reason` may hold. */
export type DeadLetterReason =
  | "tombstone"
  | "empty"
  | "not_utf8"
  | "not_json"
  | "not_an_object"
  | "nul_character"
  | "lone_surrogate"
  | "invalid_headers"
  | "unknown_run"
  | "sequence_out_of_range"
  | "identity_conflict"
  | "rejected_by_database"
  /** Of many: their batch is damaged, or of a form that is not read. */
  | "undecodable_batch";

export type Decoded =
  | {
      readonly kind: "row";
      /** The message's JSON text as it came. */
      readonly payload: string;
      /** One value a field of the record type, in its order; null where the column becomes NULL. */
      readonly values: readonly (string | null)[];
      /** What was repaired, in words; null for a clean record. */
      readonly error: string | null;
    }
  | { readonly kind: "dead"; readonly reason: DeadLetterReason; readonly detail: string };

/** Validates and normalises one message value (null is Kafka's tombstone): pure, never throws. */
export type DecodeMessage = (value: Buffer | null) => Decoded;

/** In serialised JSON: an escaped NUL or surrogate, the backslash itself not escaped. */
const unstorableEscape = /(?<!\\)(?:\\\\)*\\u(0000|d[89a-f][0-9a-f]{2})/i;

/** Compiles the record type's JSON Schema once. */
export function createDecoder(type: RecordType): DecodeMessage {
  const isValid = createAjv().compile<Record<string, string | null | undefined>>(recordSchema(type));
  const fields = type.fields;

  return (value) => {
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
    if (payload.includes("\\u")) {
      const unstorable = unstorableEscape.exec(stringify(record));
      if (unstorable?.[1] === "0000")
        return dead("nul_character", "PostgreSQL cannot store the character U+0000");
      if (unstorable)
        return dead("lone_surrogate", `half a surrogate pair, \\u${unstorable[1]}, is no character`);
    }
    if (isValid(record)) {
      return { kind: "row", payload, values: fields.map((field) => record[field.name] ?? null), error: null };
    }
    return {
      kind: "row",
      payload,
      ...repair(fields, record as Record<string, unknown>, isValid.errors ?? []),
    };
  };
}

function dead(reason: DeadLetterReason, detail: string): Decoded {
  // JSON.parse quotes the offending text, which may hold what PostgreSQL's text cannot.
  return { kind: "dead", reason, detail: detail.replaceAll("\0", "\\0").toWellFormed() };
}

/** JSON.stringify recurses, JSON.parse does not: a value nested too deeply is left to PostgreSQL to refuse. */
function stringify(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return "";
  }
}

function repair(
  fields: readonly Field[],
  record: Readonly<Record<string, unknown>>,
  errors: readonly ErrorObject[],
): { values: (string | null)[]; error: string } {
  const faulty = new Set(errors.map((error) => error.instancePath.split("/")[1]));
  const repairs: string[] = faulty.has(undefined) ? ["the record has no field"] : [];
  const values = fields.map((field) => {
    const value = Object.hasOwn(record, field.name) ? record[field.name] : null;
    if (!faulty.has(field.name)) return typeof value === "string" ? value : null;
    const repaired = repairValue(field, value);
    repairs.push(`${field.name}: ${repaired.note}`);
    return repaired.value;
  });
  return { values, error: repairs.join("; ") };
}

/** The original's rules: what is too long is cut, what is no date becomes NULL, the row is kept in any case. */
function repairValue(field: Field, value: unknown): { value: string | null; note: string } {
  if (typeof value === "object") {
    return { value: null, note: `${describeType(value)} instead of text, set to NULL` };
  }
  if (field.column.type === "timestamptz") {
    return { value: null, note: `${quote(value)} is not an RFC 3339 date or date-time, set to NULL` };
  }
  const text = String(value);
  const notes = typeof value === "string" ? [] : [`${describeType(value)} instead of text, written as text`];
  const characters = text.length > field.column.length ? Array.from(text) : [];
  if (characters.length > field.column.length) {
    notes.push(`${characters.length} characters cut to ${field.column.length}`);
    return { value: characters.slice(0, field.column.length).join(""), note: notes.join(", ") };
  }
  if (notes.length === 0)
    notes.push(`${quote(value)} is not a valid ${field.schema.format ?? "value"}, kept`);
  return { value: text, note: notes.join(", ") };
}

function describeType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function quote(value: unknown): string {
  const text = Array.from(String(value)).slice(0, 40).join("");
  return JSON.stringify(text.length < String(value).length ? `${text}…` : text);
}
