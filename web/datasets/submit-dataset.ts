import type { AdmitDataset } from "../../ledger/datasets/create-dataset.ts";
import type { Dataset } from "../../ledger/datasets/dataset.ts";
import type { RecordTypes } from "../../records/record-types.ts";
import { refusal, type SubmitDependencies } from "../runs/request/submit-run.ts";
import type { DatasetRequest } from "./parse-dataset-request.ts";
import { createSettleDataset } from "./settle-dataset.ts";

export type SubmitDataset = (request: DatasetRequest, idempotencyKey: string | null) => Promise<Dataset>;

/**
 * Commits a dataset with its runs to the ledger and hands them to the workers. As with a run, the commit alone decides.
 * @throws Problem where the request is not valid, the key came before with another request, or too many records are waiting
 */
export function createSubmitDataset({
  types,
  admitDataset,
  limits,
  enqueue,
}: Pick<SubmitDependencies, "enqueue" | "limits"> & {
  readonly types: RecordTypes;
  readonly admitDataset: AdmitDataset;
}): SubmitDataset {
  const settle = createSettleDataset(limits);
  return async (request, key) => {
    const { requestHash, planned: _, ...dataset } = await settle(request, types);
    const created = await admitDataset({
      ...dataset,
      idempotency: key === null ? null : { key, requestHash },
    });
    if (created.kind !== "created" && created.kind !== "existing") throw refusal(created, limits);
    if (created.kind === "created") {
      await Promise.all(created.dataset.runs.filter(({ status }) => status === "queued").map(enqueue));
    }
    return created.dataset;
  };
}
