import type { Dataset } from "../../ledger/datasets/dataset.ts";
import { shortInstant } from "../runs/request/run-request.ts";

/** What gives a dataset once more. */
export function datasetRequestOf({ types, seed, referenceDate, runs }: Dataset): Record<string, unknown> {
  const [first] = runs;
  return {
    types,
    seed,
    referenceDate: shortInstant(referenceDate),
    ...(first === undefined ? {} : { chunkSize: first.chunkSize }),
  };
}
