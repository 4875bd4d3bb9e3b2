import type { Draws } from "../../generate/draws.ts";
import type { DeadLetterReason } from "../decoded.ts";
import { breakJson, breakUtf8, insertLoneSurrogate, insertNul, wrapOtherwise } from "./faulty-texts.ts";

/**
 * Every kind of fault, in the order in which a record's one draw is held against their shares. To change the order, or
 * to put one between others, changes which records of a seed are faulty: that raises the record type's version. Which of those of
 * single fields a type offers follows from its fields (`RecordType.fieldFaults`).
 */
export const faultNames = [
  "invalid_date",
  "too_long",
  "missing_field",
  "wrong_type",
  "invalid_email",
  "invalid_ipv4",
  "not_json",
  "not_utf8",
  "not_an_object",
  "nul_character",
  "lone_surrogate",
  "empty",
  "tombstone",
  "duplicate",
  "late",
  "null_value",
  "too_short",
  "too_small",
  "too_large",
  "not_a_multiple",
  "unlisted_value",
  "pattern_mismatch",
  "invalid_format",
  "too_few_items",
  "too_many_items",
  "repeated_items",
  "unknown_property",
  "orphan",
] as const;

/** A kind of fault; what the label of a faulty message says. */
export type FaultName = (typeof faultNames)[number];

interface Described {
  /** For a person who chooses it. */
  readonly title: string;
  readonly description: string;
}

export type FaultKind = Described &
  (
    | {
        /** One of the record's fields is spoiled; how, and what becomes of the record, its type says. */
        readonly scope: "field";
      }
    | {
        /** The message as a whole is spoiled: it becomes a dead letter of the reason that has the kind's name. */
        readonly scope: "message";
        readonly reason: DeadLetterReason;
        readonly spoil: (json: string, draws: Draws) => string | Buffer | null;
      }
    | {
        /** What a field refers to is not there. The record is well by itself: it is stored, and clean. */
        readonly scope: "reference";
      }
    | {
        /** The message is well, the way in which it comes is not: its record is stored once, and clean. */
        readonly scope: "delivery";
      }
  );

export const faultKinds: Readonly<Record<FaultName, FaultKind>> = {
  invalid_date: {
    scope: "field",
    title: "Invalid date",
    description: "A date that is none, such as 2026-02-30 or “yesterday”",
  },
  too_long: {
    scope: "field",
    title: "Too long",
    description: "A text longer than it may be",
  },
  missing_field: {
    scope: "field",
    title: "Missing field",
    description: "A field that has to be there is not",
  },
  wrong_type: {
    scope: "field",
    title: "Wrong type",
    description: "A value of another type than the field's: a number, boolean, object, array or text",
  },
  invalid_email: {
    scope: "field",
    title: "Invalid e-mail",
    description: "An e-mail address that is none, such as one without @",
  },
  invalid_ipv4: {
    scope: "field",
    title: "Invalid IPv4 address",
    description: "An IPv4 address that is none, such as 256.1.1.1",
  },
  not_json: {
    scope: "message",
    title: "Not JSON",
    description: "Text that is not JSON: cut off, a comma too many, single quotes …; a dead letter",
    reason: "not_json",
    spoil: breakJson,
  },
  not_utf8: {
    scope: "message",
    title: "Not UTF-8",
    description: "Bytes that are not UTF-8, such as Latin-1; a dead letter",
    reason: "not_utf8",
    spoil: breakUtf8,
  },
  not_an_object: {
    scope: "message",
    title: "Not an object",
    description: "JSON that is no object, such as the record in an array or encoded twice; a dead letter",
    reason: "not_an_object",
    spoil: wrapOtherwise,
  },
  nul_character: {
    scope: "message",
    title: "NUL character",
    description: "The character U+0000, which PostgreSQL cannot store, in a text; a dead letter",
    reason: "nul_character",
    spoil: insertNul,
  },
  lone_surrogate: {
    scope: "message",
    title: "Lone surrogate",
    description: "Half a surrogate pair, which is no character, in a text; a dead letter",
    reason: "lone_surrogate",
    spoil: insertLoneSurrogate,
  },
  empty: {
    scope: "message",
    title: "Empty",
    description: "A message without a byte; a dead letter",
    reason: "empty",
    spoil: () => "",
  },
  tombstone: {
    scope: "message",
    title: "Tombstone",
    description: "A message without a value, Kafka's mark of a deletion; a dead letter",
    reason: "tombstone",
    spoil: () => null,
  },
  duplicate: {
    scope: "delivery",
    title: "Duplicate",
    description: "The message is sent twice, the second at once or at its chunk's end; stored once",
  },
  late: {
    scope: "delivery",
    title: "Late",
    description:
      "The message comes at the end of its chunk, behind all that are on time; stored like any other",
  },
  null_value: {
    scope: "field",
    title: "Null value",
    description: "Null where none may be",
  },
  too_short: {
    scope: "field",
    title: "Too short",
    description: "A text shorter than it has to be",
  },
  too_small: {
    scope: "field",
    title: "Too small",
    description: "A number below its lowest",
  },
  too_large: {
    scope: "field",
    title: "Too large",
    description: "A number above its highest",
  },
  not_a_multiple: {
    scope: "field",
    title: "Not a multiple",
    description: "A number between two that may be, such as one with too many decimals",
  },
  unlisted_value: {
    scope: "field",
    title: "Unlisted value",
    description: "A value beside those that are listed, such as one in other letters",
  },
  pattern_mismatch: {
    scope: "field",
    title: "Pattern mismatch",
    description: "A text that does not match its pattern",
  },
  invalid_format: {
    scope: "field",
    title: "Invalid format",
    description: "A text that is not of its format, such as a UUID cut off or an address with a space in it",
  },
  too_few_items: {
    scope: "field",
    title: "Too few items",
    description: "An array of fewer items than it has to have",
  },
  too_many_items: {
    scope: "field",
    title: "Too many items",
    description: "An array of more items than it may have",
  },
  repeated_items: {
    scope: "field",
    title: "Repeated items",
    description: "An item a second time where all are different",
  },
  unknown_property: {
    scope: "field",
    title: "Unknown property",
    description: "A property beside those that may be there",
  },
  orphan: {
    scope: "reference",
    title: "Orphan",
    description:
      "A reference, or what is the parent's, is that of a record that the dataset does not have, however valid it looks",
  },
};

/** Whether a kind is done to single fields: which ones, the type says. */
export const isOfFields = (name: FaultName): boolean =>
  faultKinds[name].scope === "field" || faultKinds[name].scope === "reference";

/** Shares of a run's records that are spoiled on purpose, from 0 to 1, by kind of fault; none for a clean run. */
export type FaultRates = Readonly<Partial<Record<FaultName, number>>>;
