import Type, { type Static } from "typebox";
import { type Dataset, statusOf } from "../../ledger/datasets/dataset.ts";
import { builtInType } from "../../types/built-in.ts";
import { chunkSize, referenceDate, seed, typeNamePattern } from "../runs/request/request-schema.ts";
import { runJson, runSchema, runStatusSchema } from "../runs/request/run-schema.ts";

const maxTypes = 100;

const scale = Type.Optional(
  Type.Number({
    exclusiveMinimum: 0,
    maximum: 1e9,
    title: "Scale",
    description:
      "Multiplies the counts of all types whose count does not follow from another's; 1 by default",
    examples: [100],
    "x-message": "must be a number above 0, at most 1,000,000,000",
  }),
);

const realtime = Type.Optional(
  Type.Boolean({
    title: "In real time",
    description:
      "Sends each reading of the time series when its instant comes, where a type's own `rate` says nothing else. The reference " +
      "date is then the start by default",
  }),
);

const endless = Type.Optional(
  Type.Boolean({
    title: "Without an end",
    description:
      "Lets time series of which nothing else follows, and of which no `count` is asked, go on until the dataset is cancelled; they need a rate",
  }),
);

/** What a dataset can be asked for beside its types: a file of definitions has them in the address. */
export const datasetProperties = { seed, referenceDate, scale, chunkSize, realtime, endless };
export const datasetQuery = Type.Object(datasetProperties, { additionalProperties: false });

export const datasetRequestSchema = Type.Object(
  {
    types: Type.Unsafe<Readonly<Record<string, Readonly<Record<string, unknown>>>>>({
      type: "object",
      propertyNames: {
        pattern: `^${typeNamePattern}$`,
        "x-message": "must have names of types as its names",
      },
      additionalProperties: { type: "object" },
      minProperties: 1,
      maxProperties: maxTypes,
      title: "Types",
      description:
        "By name what is asked of each type: `count`, which is left out where it follows from that of another type, and the " +
        "options of a run of it, but for `seed`, `referenceDate`, `chunkSize`. The `rate` of a time series may be `realtime`: each " +
        "reading is sent when its instant comes; its `count` null: until the dataset is cancelled. Types to which these are " +
        "related come along with their own counts",
      examples: [
        { order: { count: 5_000 }, order_line: {} },
        { device: { count: 1_000 }, reading: { count: null, rate: "realtime" } },
      ],
      "x-message": `must name 1 to ${maxTypes} types, with an object for each`,
    }),
    ...datasetProperties,
  },
  { title: "DatasetRequest", additionalProperties: false },
);

export type DatasetRequestBody = Static<typeof datasetRequestSchema>;

export const listQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, description: "Datasets a page; 20 by default" }),
    ),
    before: Type.Optional(Type.String({ format: "uuid", description: "The last id of the page before" })),
  },
  { additionalProperties: false },
);

export const datasetSchema = Type.Object(
  {
    id: Type.String({ format: "uuid" }),
    status: {
      ...runStatusSchema,
      description:
        "Follows from the runs': `failed` or `cancelled` where one of them is, `completed` where all are, `paused` where one " +
        "is, `running` where one is or has ended",
    },
    seed: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, examples: [42] }),
    referenceDate: Type.String({
      format: "date-time",
      description: "The pinned now of all runs, from which dates are drawn",
      examples: ["2026-11-24T00:00:00.000Z"],
    }),
    createdAt: Type.String({
      format: "date-time",
      description: "When the dataset was asked for",
      examples: ["2026-11-24T08:30:00.000Z"],
    }),
    types: Type.Unsafe<Readonly<Record<string, Readonly<Record<string, unknown>>>>>({
      type: "object",
      additionalProperties: { type: "object" },
      description: "Asks for the same once more, together with seed and reference date",
      examples: [{ [builtInType.name]: { count: 1_000 }, order: { count: 5_000 }, order_line: {} }],
    }),
    runs: Type.Array(runSchema, {
      description: "One of each type; those to which others refer come first",
    }),
  },
  { title: "Dataset", additionalProperties: false },
);

export const datasetJson = (dataset: Dataset) => ({
  id: dataset.id,
  status: statusOf(dataset.runs),
  seed: dataset.seed,
  referenceDate: dataset.referenceDate.toISOString(),
  createdAt: dataset.createdAt.toISOString(),
  types: dataset.types,
  runs: dataset.runs.map(runJson),
});

export const datasetParams = Type.Object({
  id: Type.String({ format: "uuid", description: "The dataset's id" }),
});
