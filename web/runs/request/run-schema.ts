import Type, { type Static, type TObject, type TProperties } from "typebox";
import type { Shape } from "../../../ledger/runs/pace.ts";
import { paceProperties, runCountSchema, shapeSchema } from "../../../ledger/runs/pace-request.ts";
import { type Run, runStatuses } from "../../../ledger/runs/run.ts";
import { faultProperties } from "../../../records/faults/fault-rates.ts";
import type { FaultOutcomes } from "../../../records/faults/field-faults.ts";
import { optionProperties } from "../../../types/user/options.ts";
import type { TextType } from "../../../types/user/text-type.ts";

const count = (description: string, example: number) =>
  Type.Integer({ minimum: 0, description, examples: [example] });
const instant = (description: string, example: string) =>
  Type.String({ format: "date-time", description, examples: [example] });
const laterInstant = (description: string, example: string | null) =>
  Type.Unsafe<string | null>({
    type: ["string", "null"],
    format: "date-time",
    description,
    examples: [example],
  });

export const runStatusSchema = Type.Enum([...runStatuses], {
  description: "`completed`, `cancelled` and `failed` are final",
  examples: ["running"],
});

/** A run as every response has it. */
export const runSchema = Type.Object(
  {
    id: Type.String({ format: "uuid" }),
    type: Type.String({ description: "The type of its records", examples: ["user"] }),
    typeVersion: Type.Integer({ minimum: 1, description: "And which version of it", examples: [2] }),
    status: runStatusSchema,
    requested: Type.Unsafe<number | null>({
      type: ["integer", "null"],
      minimum: 1,
      description: "Records that were asked for; null: it goes on until it is cancelled",
      examples: [100_000],
    }),
    produced: count("Records that Kafka has acknowledged", 60_000),
    stored: count("Records that are rows", 55_000),
    flagged: count("Those of `stored` in which something was repaired", 0),
    deadLettered: count("Records that cannot become rows", 0),
    fields: Type.Array(Type.String(), { examples: [["name", "email", "country"]] }),
    seed: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, examples: [42] }),
    referenceDate: instant("The run's pinned now, from which dates are drawn", "2026-11-24T00:00:00.000Z"),
    options: Type.Object(
      {},
      { description: "How the records are drawn and spoiled, nothing left to a default" },
    ),
    rate: Type.Unsafe<number | null>({
      type: ["number", "null"],
      exclusiveMinimum: 0,
      description: "Records a second; null: as fast as can be",
      examples: [null],
    }),
    shape: Type.Unsafe<Shape | null>({
      anyOf: [shapeSchema, { type: "null" }],
      description: "How the rate varies with time; null where there is none",
      examples: [null],
    }),
    chunkSize: Type.Integer({
      minimum: 1,
      description: "Records that one job makes, at most",
      examples: [5_000],
    }),
    createdAt: instant("When the run was asked for", "2026-11-24T08:30:00.000Z"),
    startedAt: laterInstant("When its first chunk was planned", "2026-11-24T08:30:00.040Z"),
    finishedAt: laterInstant("When its status became final", null),
    error: Type.Unsafe<string | null>({ type: ["string", "null"], description: "Why the run failed" }),
  },
  { title: "Run", additionalProperties: false },
);

export type RunJson = Static<typeof runSchema>;

export function runJson(run: Run): RunJson {
  return {
    id: run.id,
    type: run.recordType.name,
    typeVersion: run.recordType.version,
    status: run.status,
    requested: run.requested,
    produced: run.produced,
    stored: run.stored,
    flagged: run.flagged,
    deadLettered: run.deadLettered,
    fields: [...run.fields],
    seed: run.seed,
    referenceDate: run.referenceDate.toISOString(),
    options: { ...run.options },
    rate: run.pace?.rate ?? null,
    shape: run.pace?.shape ?? null,
    chunkSize: run.chunkSize,
    createdAt: run.createdAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    error: run.error,
  };
}

export const runParams = Type.Object({ id: Type.String({ format: "uuid", description: "The run's id" }) });

const countSchema = (maxCount: number, otherwise = "") =>
  Type.Integer({
    minimum: 1,
    maximum: maxCount,
    title: "Records",
    description: `How many records${otherwise}`,
  });

/** What every type's records are asked for by. */
function commonProperties(maxCount: number) {
  return {
    count: countSchema(maxCount),
    seed: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        title: "Seed",
        description: "The same seed gives the same records; random by default",
      }),
    ),
    referenceDate: Type.Optional(
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
    ),
  };
}

/** What asks for records of the built-in type, whether as a run or at once. */
export function recordRequestSchema(type: TextType, maxCount: number) {
  const { count, seed, referenceDate } = commonProperties(maxCount);
  return Type.Object(
    {
      count,
      fields: Type.Optional(
        // Where items have a type, ajv compares those of it alone; else any of them, by whatever `valueOf` they have.
        Type.Array(
          Type.Enum(
            type.fields.map((field) => field.name),
            { type: "string" },
          ),
          {
            minItems: 1,
            uniqueItems: true,
            title: "Fields",
            description: "Fields of each record; all of them by default. Their order does not matter.",
            "x-message": "must name at least one field, and none twice",
          },
        ),
      ),
      seed,
      referenceDate,
      ...optionProperties(type),
    },
    { additionalProperties: false },
  );
}

const chunkSize = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: 100_000,
    title: "Chunk size",
    description: "Records that one job makes, at most",
  }),
);

export function runRequestSchema(type: TextType, maxCount: number) {
  return Type.Object(
    {
      ...recordRequestSchema(type, maxCount).properties,
      count: runCountSchema(maxCount),
      ...paceProperties,
      chunkSize,
    },
    { title: "RunRequest", additionalProperties: false },
  );
}

export const typeNamePattern = "[a-z][a-z0-9_]{0,47}";

export const typeNameSchema = Type.String({
  pattern: `^${typeNamePattern}$`,
  title: "Type",
  description: "A type of records; the built-in `user` by default",
  examples: ["user"],
});

/** A request for the built-in type, which need not say so, as the OpenAPI document has it. */
export const withBuiltInType = <Properties extends TProperties>(
  { name }: TextType,
  request: TObject<Properties>,
  title: string,
) =>
  Type.Object(
    { type: Type.Optional(Type.Literal(name, { title: "Type", default: name })), ...request.properties },
    { title, additionalProperties: false },
  );

/** A request for records of this registered type, as the OpenAPI document has it. */
export const withOwnType = <Properties extends TProperties>(
  name: string,
  request: TObject<Properties>,
  title: string,
) =>
  Type.Object(
    { ...request.properties, type: Type.Literal(name, { title: "Type" }) },
    { title: `${title}_${name}`, additionalProperties: false },
  );

/** Of a type whose definition may say it. */
const byDefault = "; by default as many as the type's `count`";

/**
 * What asks for records of a registered type.
 * @param faults of the type's fields; null where only its name is known
 */
export function ownRecordRequestSchema(maxCount: number, faults: FaultOutcomes | null = null) {
  return Type.Object(
    {
      type: typeNameSchema,
      ...commonProperties(maxCount),
      count: Type.Optional(countSchema(maxCount, byDefault)),
      ...faultProperties(faults),
    },
    { additionalProperties: false },
  );
}

export function ownRunRequestSchema(maxCount: number, faults: FaultOutcomes | null = null) {
  return Type.Object(
    {
      ...ownRecordRequestSchema(maxCount, faults).properties,
      count: Type.Optional(runCountSchema(maxCount, byDefault)),
      ...paceProperties,
      chunkSize,
    },
    { title: "OwnRunRequest", additionalProperties: false },
  );
}

export type RecordRequest = Static<ReturnType<typeof recordRequestSchema>>;
export type RunRequest = Static<ReturnType<typeof runRequestSchema>>;
export type OwnRecordRequest = Static<ReturnType<typeof ownRecordRequestSchema>>;
export type OwnRunRequest = Static<ReturnType<typeof ownRunRequestSchema>>;
