import Type, { type TObject, type TProperties } from "typebox";
import type { Shape } from "../../../ledger/runs/pace.ts";
import { paceProperties, runCountSchema } from "../../../ledger/runs/pace-request.ts";
import { faultProperties } from "../../../records/faults/fault-rates.ts";
import type { OptionsRequest, RecordType } from "../../../records/record-type.ts";
import { builtInType } from "../../../types/built-in.ts";

/** What asks for records, as a run or at once. */
export interface RecordRequest extends OptionsRequest {
  readonly type?: string;
  readonly seed?: number;
  readonly referenceDate?: string;
}

export interface AtOnceRequest extends RecordRequest {
  readonly count?: number;
}

export interface RunRequest extends RecordRequest {
  readonly rate?: number;
  readonly shape?: Shape;
  readonly chunkSize?: number;
}

/** What a request's schema has to know of the type whose records are asked for. */
export interface AskedType {
  /** Registered types are named, and may say themselves how many records there are. */
  readonly isBuiltIn: boolean;
  /** The fields that can be chosen; none where every record has all. */
  readonly choice: readonly string[];
  readonly options: TProperties;
}

export function askedType(type: RecordType): AskedType {
  const { areFieldsChosen, properties } = type.options;
  return {
    isBuiltIn: type.name === builtInType.name,
    choice: areFieldsChosen ? type.fields.map(({ name }) => name) : [],
    options: properties(),
  };
}

/** A registered one, of which no more than its name is known: what it cannot do, it says itself. */
export const anyRegistered: AskedType = { isBuiltIn: false, choice: [], options: faultProperties(null) };

/** Some of the built-in type's, as documentation asks for them. */
export const exampleFields = builtInType.fields.slice(0, 3).map(({ name }) => name);

export const typeNamePattern = "[a-z][a-z0-9_]{0,47}";

export const typeNameSchema = Type.String({
  pattern: `^${typeNamePattern}$`,
  title: "Type",
  description: `A type of records; the built-in \`${builtInType.name}\` by default`,
  examples: [builtInType.name],
});

export const recordRequestSchema = (type: AskedType, maxCount: number): TObject =>
  requestSchema(type, (otherwise) =>
    Type.Integer({
      minimum: 1,
      maximum: maxCount,
      title: "Records",
      description: `How many records${otherwise}`,
    }),
  );

export const chunkSize = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: 100_000,
    title: "Chunk size",
    description: "Records that one job makes, at most",
  }),
);

export const runRequestSchema = (type: AskedType, maxCount: number): TObject =>
  requestSchema(type, (otherwise) => runCountSchema(maxCount, otherwise), { ...paceProperties, chunkSize });

/** @param countOf gets what holds where there is no count */
function requestSchema(
  { isBuiltIn, choice, options }: AskedType,
  countOf: (otherwise: string) => Type.TSchema,
  more: TProperties = {},
): TObject {
  return Type.Object(
    {
      ...(isBuiltIn ? {} : { type: typeNameSchema }),
      count: isBuiltIn ? countOf("") : Type.Optional(countOf("; by default as many as the type's `count`")),
      ...(choice.length === 0 ? {} : { fields: Type.Optional(choiceSchema(choice)) }),
      seed,
      referenceDate,
      ...options,
      ...more,
    },
    { additionalProperties: false },
  );
}

export const choiceSchema = (names: readonly string[]) =>
  // Where items have a type, ajv compares those of it alone; else any of them, by whatever `valueOf` they have.
  Type.Array(Type.Enum([...names], { type: "string" }), {
    minItems: 1,
    uniqueItems: true,
    title: "Fields",
    description: "Fields of each record; all of them by default. Their order does not matter.",
    "x-message": "must name at least one field, and none twice",
  });

export const seed = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    title: "Seed",
    description: "The same seed gives the same records; random by default",
  }),
);

export const referenceDate = Type.Optional(
  Type.Unsafe<string>({
    type: "string",
    title: "Reference date",
    description: "The pinned now, from which dates are drawn; the last midnight in UTC by default",
    examples: ["2026-11-24", "2026-11-24T08:30:00Z"],
    // A leap second and the ends of the calendar are no instants of a JavaScript Date.
    pattern: "^[12]\\d{3}-\\d\\d-\\d\\d(T\\d\\d:\\d\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d))?$",
    anyOf: [{ format: "date" }, { format: "date-time" }],
    "x-message": "must be a date (2026-11-24) or a date-time (2026-11-24T08:30:00Z), years 1000 to 2999",
  }),
);

/** A request for the built-in type, which need not say so, as the OpenAPI document has it. */
export const withBuiltInType = (request: TObject, title: string): TObject =>
  Type.Object(
    {
      type: Type.Optional(Type.Literal(builtInType.name, { title: "Type", default: builtInType.name })),
      ...request.properties,
    },
    { title, additionalProperties: false },
  );

/** A request for records of this registered type, as the OpenAPI document has it. */
export const withOwnType = (name: string, request: TObject, title: string): TObject =>
  Type.Object(
    { ...request.properties, type: Type.Literal(name, { title: "Type" }) },
    { title: `${title}_${name}`, additionalProperties: false },
  );
