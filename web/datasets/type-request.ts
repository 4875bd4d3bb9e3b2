import Type from "typebox";
import type { FaultRates } from "../../records/faults/fault-kinds.ts";
import { type AskedType, choiceSchema } from "../runs/request/request-schema.ts";

/** What a dataset asks of one type; what the type has not, its schema does not let through. */
export interface TypeRequest {
  readonly count?: number;
  readonly fields?: readonly string[];
  readonly faults?: FaultRates;
  readonly [option: string]: unknown;
}

const count = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    title: "Records",
    description: "By default as many as the type's definition says",
  }),
);

/** What a run of the type could be asked for, but for what all types of a dataset have in common. */
export const typeRequestSchema = ({ choice, options }: AskedType) =>
  Type.Object(
    { count, ...(choice.length === 0 ? {} : { fields: Type.Optional(choiceSchema(choice)) }), ...options },
    { additionalProperties: false },
  );
