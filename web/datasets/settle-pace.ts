import { type Pace, realtimePace } from "../../ledger/runs/pace.ts";
import { findPaceFaults, settlePace } from "../../ledger/runs/pace-request.ts";
import { chunkMultipleOf } from "../../records/changing-runs.ts";
import type { PlannedType } from "../../records/plan-dataset.ts";
import { refuseAny } from "../http/problem.ts";
import { realtime, type TypeRequest } from "./type-request.ts";

/**
 * How fast a type's records are to come; null: as fast as can be.
 * @param countOf how many records of another type there are
 * @throws Problem `invalid-request`, naming fields of the type's own request
 */
export function settleTypePace(
  { type, count }: PlannedType,
  { rate, shape }: Pick<TypeRequest, "rate" | "shape">,
  countOf: (type: string) => number,
): Pace | null {
  if (rate !== realtime) {
    refuseAny(findPaceFaults({ count, rate, shape }, chunkMultipleOf(type)));
    return settlePace({ rate, shape });
  }
  const { belongsTo } = type.relations;
  if (shape !== undefined)
    refuseAny([{ field: "shape", message: `is of a number of records a second, not of ${realtime}` }]);
  if (belongsTo?.kind !== "series") {
    const message = `must be a number: ${type.name} is no time series (x-record: {seriesOf: …}), which alone has instants`;
    refuseAny([{ field: "rate", message }]);
    return null;
  }
  const entities = countOf(belongsTo.of);
  return entities === 0 ? null : realtimePace(belongsTo, entities);
}
