import type { AdmitRun } from "../ledger/admit-run.ts";
import type { Run } from "../ledger/run.ts";
import type { TextType } from "../records/text-type.ts";
import type { Enqueue } from "./enqueue.ts";
import { Problem } from "./problem.ts";
import { requestHash } from "./request-hash.ts";
import { hashMeaning } from "./request-meaning.ts";
import type { RunRequest } from "./schemas/run.ts";
import { type RunLimits, settleRun } from "./settle-run.ts";

export type SubmitRun = (request: RunRequest, idempotencyKey: string | null) => Promise<Run>;

/** Some tens of thousands of records are stored by then. */
const retryAfterSeconds = 10;

/**
 * Commits a run to the ledger and hands it to the workers. The commit alone decides: a run whose job cannot be
 * added now is enqueued by the workers' reconciler.
 * @throws Problem where the request is not valid, the key came before with another request, or too many records are waiting
 */
export function createSubmitRun({
  admitRun,
  recordType,
  limits,
  enqueue,
}: {
  readonly admitRun: AdmitRun;
  readonly recordType: TextType;
  readonly limits: RunLimits & { readonly maxEndlessRuns: number };
  readonly enqueue: Enqueue;
}): SubmitRun {
  return async (request, idempotencyKey) => {
    const settled = settleRun(recordType, limits, request);
    const asked = { request, settled, defaultChunkSize: limits.chunkSize };
    const created = await admitRun({
      ...settled,
      idempotency:
        idempotencyKey === null
          ? null
          : {
              key: idempotencyKey,
              requestHash: hashMeaning(recordType, asked),
              // Of runs from before there was a hash of the meaning.
              formerHash: requestHash(request),
            },
    });
    if (created.kind === "key_reused") {
      throw new Problem("idempotency-key-reused", "This Idempotency-Key came with another request before.");
    }
    if (created.kind === "queue_full") {
      const detail = `${format(created.queuedRecords)} records of other runs are waiting, and at most ${format(limits.maxQueuedRecords)} may. Please try again later, or ask for fewer.`;
      throw new Problem("queue-full", detail, { headers: { "Retry-After": String(retryAfterSeconds) } });
    }
    if (created.kind === "too_many_endless") {
      const detail = `${format(limits.maxEndlessRuns)} runs without an end are under way, and no more may be. Please cancel one of them, or ask for a count.`;
      throw new Problem("endless-runs", detail);
    }
    if (created.kind === "created") await enqueue(created.run);
    return created.run;
  };
}

const format = (count: number): string => count.toLocaleString("en");
