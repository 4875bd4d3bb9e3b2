import Type from "typebox";
import type { Shape } from "../../ledger/runs/pace.ts";
import { rateInWords, rateSchema, shapeSchema } from "../../ledger/runs/pace-request.ts";
import type { FaultRates } from "../../records/faults/fault-kinds.ts";
import { type AskedType, choiceSchema } from "../runs/request/request-schema.ts";

/** The rate of a time series whose readings are sent when their instants come. */
export const realtime = "realtime";

/** What a dataset asks of one type; what the type has not, its schema does not let through. */
export interface TypeRequest {
  /** Null: without an end. */
  readonly count?: number | null;
  readonly rate?: number | typeof realtime;
  readonly shape?: Shape;
  readonly fields?: readonly string[];
  readonly faults?: FaultRates;
  readonly [option: string]: unknown;
}

const count = Type.Optional(
  Type.Unsafe<number | null>({
    type: ["integer", "null"],
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    title: "Records",
    description:
      "By default as many as the type's definition says; null: without an end, until the dataset is cancelled",
    "x-message": "must be a whole number from 0, or null for records without an end",
  }),
);

const rate = Type.Optional(
  Type.Unsafe<number | typeof realtime>({
    anyOf: [rateSchema, { const: realtime }],
    title: "Rate",
    description: "Records a second; `realtime` sends each reading of a time series when its instant comes",
    "x-message": `must be ${rateInWords}, or ${JSON.stringify(realtime)} for a time series`,
  }),
);

/** What a run of the type could be asked for, but for what all types of a dataset have in common. */
export const typeRequestSchema = ({ choice, options }: AskedType) =>
  Type.Object(
    {
      count,
      rate,
      shape: Type.Optional(shapeSchema),
      ...(choice.length === 0 ? {} : { fields: Type.Optional(choiceSchema(choice)) }),
      ...options,
    },
    { additionalProperties: false },
  );
