import type { AdmitRun, NotAdmitted } from "../../../ledger/runs/admit-run.ts";
import type { Idempotency } from "../../../ledger/runs/create-run.ts";
import type { Run } from "../../../ledger/runs/run.ts";
import { Problem } from "../../http/problem.ts";
import type { Enqueue } from "./enqueue.ts";
import { type ReadRequest, unknownType } from "./read-request.ts";
import { requestHash } from "./request-hash.ts";
import { hashMeaning } from "./request-meaning.ts";
import type { RunRequest } from "./request-schema.ts";
import { type RunLimits, type SettledRun, settleRun } from "./settle-run.ts";

export type SubmitRun = (asked: ReadRequest<RunRequest>, idempotencyKey: string | null) => Promise<Run>;

/** Some tens of thousands of records are stored by then. */
const retryAfterSeconds = 10;

export interface SubmitDependencies {
  readonly admitRun: AdmitRun;
  readonly limits: RunLimits & { readonly maxEndlessRuns: number };
  readonly enqueue: Enqueue;
}

/**
 * Commits a run to the ledger and hands it to the workers. The commit alone decides: a run whose job cannot be added now is enqueued by
 * the workers' reconciler.
 * @throws Problem where the request is not valid, the key came before with another request, or too many records are waiting
 */
export function createSubmitRun(deps: SubmitDependencies): SubmitRun {
  const { limits } = deps;
  return async ({ type, request }, key) => {
    const settled = settleRun(type, limits, request);
    const asked = { request, settled, defaultChunkSize: limits.chunkSize };
    return commit(deps, settled, key, {
      requestHash: hashMeaning(type, asked),
      // Of runs from before there was a hash of the meaning.
      formerHash: requestHash(request),
    });
  };
}

async function commit(
  { admitRun, limits, enqueue }: SubmitDependencies,
  settled: SettledRun,
  key: string | null,
  hashes: Omit<Idempotency, "key">,
): Promise<Run> {
  const created = await admitRun({ ...settled, idempotency: key === null ? null : { key, ...hashes } });
  if (created.kind !== "created" && created.kind !== "existing") throw refusal(created, limits);
  if (created.kind === "created") await enqueue(created.run);
  return created.run;
}

/** Why what was asked for was not committed. */
export function refusal(
  refused: NotAdmitted | { readonly kind: "key_reused" },
  limits: SubmitDependencies["limits"],
): Problem {
  switch (refused.kind) {
    case "key_reused":
      return new Problem("idempotency-key-reused", "This Idempotency-Key came with another request before.");
    case "unknown_type":
      return unknownType(refused.type);
    case "queue_full": {
      const detail = `${format(refused.queuedRecords)} records of other runs are waiting, and at most ${format(limits.maxQueuedRecords)} may. Please try again later, or ask for fewer.`;
      return new Problem("queue-full", detail, { headers: { "Retry-After": String(retryAfterSeconds) } });
    }
    case "too_many_endless": {
      const detail = `${format(limits.maxEndlessRuns)} runs without an end are under way, and no more may be. Please cancel one of them, or ask for a count.`;
      return new Problem("endless-runs", detail);
    }
  }
}

const format = (count: number): string => count.toLocaleString("en");
