import Type from "typebox";
import { rateSchema, shapeSchema } from "../../../ledger/runs/pace-request.ts";

/** What may be another of a run that has not ended; what is left out stays. */
export const runChangeSchema = Type.Object(
  {
    rate: Type.Optional(
      Type.Unsafe<number | null>({
        ...rateSchema,
        type: ["number", "null"],
        description: "Records a second for the whole run; null: as fast as can be",
      }),
    ),
    shape: Type.Optional(shapeSchema),
  },
  {
    title: "RunChange",
    additionalProperties: false,
    minProperties: 1,
    "x-message": "must have a rate, a shape or both",
  },
);
