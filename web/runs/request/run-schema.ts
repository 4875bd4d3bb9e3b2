import Type, { type Static } from "typebox";
import type { Pace } from "../../../ledger/runs/pace.ts";
import { shapeSchema } from "../../../ledger/runs/pace-request.ts";
import { type Run, runStatuses } from "../../../ledger/runs/run.ts";
import { builtInType } from "../../../types/built-in.ts";
import { exampleFields } from "./request-schema.ts";

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

const realtimeSchema = Type.Object(
  {
    kind: Type.Literal("realtime"),
    entities: Type.Integer({ minimum: 1, description: "Readings of each instant" }),
    everySeconds: Type.Number({ minimum: 1, description: "From one instant to the next" }),
    jitterSeconds: Type.Number({
      minimum: 0,
      description: "By so much a reading may be later than its instant",
    }),
  },
  { description: "The readings of a time series, each when its instant comes", additionalProperties: false },
);

/** A run as every response has it. */
export const runSchema = Type.Object(
  {
    id: Type.String({ format: "uuid" }),
    dataset: Type.Unsafe<string | null>({
      type: ["string", "null"],
      format: "uuid",
      description: "The dataset that it belongs to; null: it was asked for by itself",
      examples: [null],
    }),
    type: Type.String({ description: "The type of its records", examples: [builtInType.name] }),
    typeVersion: Type.Integer({
      minimum: 1,
      description: "And which version of it",
      examples: [builtInType.version],
    }),
    status: runStatusSchema,
    requested: Type.Unsafe<number | null>({
      type: ["integer", "null"],
      minimum: 0,
      description:
        "Records that were asked for, in a dataset maybe none; null: it goes on until it is cancelled",
      examples: [100_000],
    }),
    produced: count("Records that Kafka has acknowledged", 60_000),
    stored: count("Records that are rows", 55_000),
    flagged: count("Those of `stored` in which something was repaired", 0),
    deadLettered: count("Records that cannot become rows", 0),
    fields: Type.Array(Type.String(), { examples: [exampleFields] }),
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
    shape: Type.Unsafe<Pace["shape"] | null>({
      anyOf: [shapeSchema, realtimeSchema, { type: "null" }],
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
    dataset: run.datasetId,
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
