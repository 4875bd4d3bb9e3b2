import { isUtf8 } from "node:buffer";
import { findUnstorableEscape } from "../json/escapes.ts";
import { toExplanation } from "./explanation.ts";

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

/** Validates and normalises one message value (null is Kafka's tombstone, of which its key may say whose it is): pure, never throws. */
export type DecodeMessage = (value: Buffer | null, key?: Buffer | null) => Decoded;

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

export function describeType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

export function quoteBeginning(text: string): string {
  const beginning = firstCharacters(text, 40);
  return JSON.stringify(beginning.length < text.length ? `${beginning}…` : beginning);
}

/** None of them has more than two units. */
export function firstCharacters(text: string, count: number): string {
  return Array.from(text.slice(0, 2 * count))
    .slice(0, count)
    .join("");
}
