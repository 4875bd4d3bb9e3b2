import type { Draws } from "../../generate/draws.ts";
import type { FaultName } from "../../records/faults/fault-kinds.ts";
import type { FaultyField, FieldFaults } from "../../records/faults/field-faults.ts";
import { invalidDate, invalidEmail, invalidIpv4 } from "../../records/faults/invalid-texts.ts";
import { tooLong, wrongType } from "./faulty-values.ts";
import type { Field } from "./text-definition.ts";

/** A parsed record, which a fault changes. */
type Values = Record<string, unknown>;

interface TextFault {
  readonly outcome: string;
  /** Whether it can be done to this field. */
  readonly fits: (field: Field) => boolean;
  readonly spoil: (values: Values, field: Field, draws: Draws) => void;
  /** What the row's error says then; a regular expression's source. */
  readonly repair: (field: Field) => string;
}

const isText = ({ column }: Field): boolean => column.type === "varchar";
const isDate = ({ column }: Field): boolean => column.type === "timestamptz";
const hasFormat =
  (format: string) =>
  ({ schema }: Field): boolean =>
    schema.format === format;

const noDate = "is not an RFC 3339 date or date-time, set to NULL";

const textKinds = {
  invalid_date: {
    outcome: "flagged, the column is NULL",
    fits: isDate,
    spoil: (values, { name }, draws) => {
      values[name] = invalidDate(values[name], draws);
    },
    repair: ({ name }) => `${name}: ".*" ${noDate}`,
  },
  too_long: {
    outcome: "flagged, the text is cut",
    fits: isText,
    spoil: (values, field, draws) => {
      values[field.name] = tooLong(values[field.name], field, draws);
    },
    repair: ({ name }) => `${name}: \\d+ characters cut to \\d+`,
  },
  missing_field: {
    outcome: "flagged, the column is NULL",
    fits: () => true,
    spoil: (values, { name }) => {
      delete values[name];
    },
    repair: ({ name }) => `(the record has no field; )?${name}: missing`,
  },
  wrong_type: {
    outcome: "flagged, written as text or NULL",
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
    outcome: "flagged, the text is kept",
    fits: hasFormat("email"),
    spoil: (values, { name }, draws) => {
      values[name] = invalidEmail(String(values[name] ?? "ann@example.org"), draws);
    },
    repair: ({ name }) => `${name}: ".*" is not a valid email, kept`,
  },
  invalid_ipv4: {
    outcome: "flagged, the text is kept",
    fits: hasFormat("ipv4"),
    spoil: (values, { name }, draws) => {
      values[name] = invalidIpv4(values[name], draws);
    },
    repair: ({ name }) => `${name}: ".*" is not a valid ipv4, kept`,
  },
} satisfies Partial<Record<FaultName, TextFault>>;

/** What can be spoiled of these fields of texts, one by one. */
export function textFaults(fields: readonly Field[]): FieldFaults {
  const kinds = Object.entries(textKinds) as [keyof typeof textKinds, TextFault][];
  return new Map(
    kinds.flatMap(([name, kind]) => {
      const fitting = fields.filter(kind.fits).map((field) => toFaultyField(kind, field));
      return fitting.length === 0 ? [] : [[name, { outcome: kind.outcome, fields: fitting }]];
    }),
  );
}

function toFaultyField(kind: TextFault, field: Field): FaultyField {
  const repair = new RegExp(`^${kind.repair(field)}$`);
  return {
    name: field.name,
    field: field.name,
    spoil(json, draws) {
      const values: Values = JSON.parse(json);
      kind.spoil(values, field, draws);
      return JSON.stringify(values);
    },
    isDue: (outcome) => outcome.kind === "row" && outcome.error !== null && repair.test(outcome.error),
  };
}
