import type { DeadLetterReason } from "../decode.ts";
import type { Draws } from "../draws.ts";
import type { Field } from "../text-definition.ts";
import { breakJson, breakUtf8, insertLoneSurrogate, insertNul, wrapOtherwise } from "./faulty-texts.ts";
import { emailFaults, invalidDate, invalidIpv4, tooLong, wrongType } from "./faulty-values.ts";

/**
 * Every kind of fault, in the order in which a record's one draw is held against their shares. To change the order, or
 * to put one between others, changes which records of a seed are faulty: that raises the record type's version.
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
] as const;

/** A kind of fault; what the label of a faulty message says. */
export type FaultName = (typeof faultNames)[number];

/** A parsed record, which a fault may change. */
export type Values = Record<string, unknown>;

interface Described {
  /** For a person who chooses it. */
  readonly title: string;
  readonly description: string;
}

export type FaultKind = Described &
  (
    | {
        /** One of the record's fields is spoiled: the row is kept, repaired and flagged. */
        readonly scope: "field";
        /** Whether it can be done to this field. */
        readonly fits: (field: Field) => boolean;
        /** Changes the record. */
        readonly spoil: (values: Values, field: Field, draws: Draws) => void;
        /** What `users_raw.error` says then; a regular expression's source. */
        readonly repair: (field: Field) => string;
      }
    | {
        /** The message as a whole is spoiled: it becomes a dead letter of the reason that has the kind's name. */
        readonly scope: "message";
        readonly reason: DeadLetterReason;
        readonly spoil: (json: string, draws: Draws) => string | Buffer | null;
      }
    | {
        /** The message is well, the way in which it comes is not: its record is stored once, and clean. */
        readonly scope: "delivery";
      }
  );

const isText = ({ column }: Field): boolean => column.type === "varchar";
const isDate = ({ column }: Field): boolean => column.type === "timestamptz";
const hasFormat =
  (format: string) =>
  ({ schema }: Field): boolean =>
    schema.format === format;

const noDate = "is not an RFC 3339 date or date-time, set to NULL";

export const faultKinds: Readonly<Record<FaultName, FaultKind>> = {
  invalid_date: {
    scope: "field",
    title: "Invalid date",
    description: "A date that is none, such as 2026-02-30 or “yesterday”; flagged, the column is NULL",
    fits: isDate,
    spoil: (values, { name }, draws) => {
      values[name] = invalidDate(values[name], draws);
    },
    repair: ({ name }) => `${name}: ".*" ${noDate}`,
  },
  too_long: {
    scope: "field",
    title: "Too long",
    description: "A text longer than its column; flagged, the text is cut",
    fits: isText,
    spoil: (values, field, draws) => {
      values[field.name] = tooLong(values[field.name], field, draws);
    },
    repair: ({ name }) => `${name}: \\d+ characters cut to \\d+`,
  },
  missing_field: {
    scope: "field",
    title: "Missing field",
    description: "A field that the run asked for is not there; flagged, the column is NULL",
    fits: () => true,
    spoil: (values, { name }) => {
      delete values[name];
    },
    repair: ({ name }) => `(the record has no field; )?${name}: missing`,
  },
  wrong_type: {
    scope: "field",
    title: "Wrong type",
    description: "A number, boolean, object or array instead of text; flagged, written as text or NULL",
    fits: () => true,
    spoil: (values, { name }, draws) => {
      values[name] = wrongType(values[name], draws);
    },
    repair: ({ name, column }) =>
      column.type === "timestamptz"
        ? `${name}: (an (object|array) instead of text, set to NULL|".*" ${noDate})`
        : `${name}: an? (number|boolean|object|array) instead of text, (written as text|set to NULL)`,
  },
  invalid_email: {
    scope: "field",
    title: "Invalid e-mail",
    description: "An e-mail address that is none, such as one without @; flagged, the text is kept",
    fits: hasFormat("email"),
    spoil: (values, { name }, draws) => {
      values[name] = draws.pick(emailFaults)(String(values[name] ?? "ann@example.org"));
    },
    repair: ({ name }) => `${name}: ".*" is not a valid email, kept`,
  },
  invalid_ipv4: {
    scope: "field",
    title: "Invalid IPv4 address",
    description: "An IPv4 address that is none, such as 256.1.1.1; flagged, the text is kept",
    fits: hasFormat("ipv4"),
    spoil: (values, { name }, draws) => {
      values[name] = invalidIpv4(values[name], draws);
    },
    repair: ({ name }) => `${name}: ".*" is not a valid ipv4, kept`,
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
};
