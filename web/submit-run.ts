import { createRun } from "../ledger/create-run.ts";
import type { Queryable } from "../ledger/database.ts";
import type { Run } from "../ledger/run.ts";
import type { RecordType } from "../records/record-type.ts";
import type { Enqueue } from "./enqueue.ts";
import { Problem } from "./problem.ts";
import { completeOptions } from "./record-options.ts";
import { requestHash } from "./request-hash.ts";
import type { RunRequest } from "./schemas/run.ts";

export type SubmitRun = (request: RunRequest, idempotencyKey: string | null) => Promise<Run>;

/**
 * Commits a run to the ledger and hands it to the workers. The commit alone decides: a run whose job cannot be
 * added now is enqueued by the workers' reconciler.
 * @throws Problem where the key came before with another request
 */
export function createSubmitRun({
  db,
  recordType,
  defaultChunkSize,
  enqueue,
}: {
  readonly db: Queryable;
  readonly recordType: RecordType;
  readonly defaultChunkSize: number;
  readonly enqueue: Enqueue;
}): SubmitRun {
  return async (request, idempotencyKey) => {
    const created = await createRun(db, {
      recordType,
      count: request.count,
      chunkSize: request.chunkSize ?? defaultChunkSize,
      ...completeOptions(recordType, request),
      idempotency:
        idempotencyKey === null ? null : { key: idempotencyKey, requestHash: requestHash(request) },
    });
    if (created.kind === "key_reused") {
      throw new Problem("idempotency-key-reused", "This Idempotency-Key came with another body before.");
    }
    if (created.kind === "created") await enqueue(created.run);
    return created.run;
  };
}
