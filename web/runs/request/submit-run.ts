import type { AdmitRun } from "../../../ledger/runs/admit-run.ts";
import type { Idempotency, NewRun } from "../../../ledger/runs/create-run.ts";
import type { Run } from "../../../ledger/runs/run.ts";
import type { RecordTypes } from "../../../records/record-types.ts";
import type { TextType } from "../../../types/user/text-type.ts";
import { invalidRequest, Problem } from "../../http/problem.ts";
import type { Enqueue } from "./enqueue.ts";
import { requestHash } from "./request-hash.ts";
import { hashMeaning } from "./request-meaning.ts";
import type { OwnRunRequest, RunRequest } from "./run-schema.ts";
import { hashOwnMeaning, type OwnRunLimits, settleOwnRun } from "./settle-own-run.ts";
import { type RunLimits, settleRun } from "./settle-run.ts";

export type SubmitRun = (request: RunRequest, idempotencyKey: string | null) => Promise<Run>;

/** Some tens of thousands of records are stored by then. */
const retryAfterSeconds = 10;

export interface SubmitDependencies {
  readonly admitRun: AdmitRun;
  readonly limits: RunLimits & { readonly maxEndlessRuns: number };
  readonly enqueue: Enqueue;
}

/**
 * Commits a run of the built-in type to the ledger and hands it to the workers. The commit alone decides: a run whose job
 * cannot be added now is enqueued by the workers' reconciler.
 * @throws Problem where the request is not valid, the key came before with another request, or too many records are waiting
 */
export function createSubmitRun({
  recordType,
  ...deps
}: SubmitDependencies & { readonly recordType: TextType }): SubmitRun {
  const { limits } = deps;
  return (request, key) => {
    const settled = settleRun(recordType, limits, request);
    const asked = { request, settled, defaultChunkSize: limits.chunkSize };
    return commit(deps, settled, key, {
      requestHash: hashMeaning(recordType, asked),
      // Of runs from before there was a hash of the meaning.
      formerHash: requestHash(request),
    });
  };
}

/** The same for a run of a registered type, in its newest version. */
export function createSubmitOwnRun({
  types,
  ...deps
}: SubmitDependencies & { readonly types: RecordTypes; readonly limits: OwnRunLimits }): (
  request: OwnRunRequest,
  idempotencyKey: string | null,
) => Promise<Run> {
  const { limits } = deps;
  return async (request, key) => {
    const found = await types.findNewest(request.type);
    if (found === null) throw unknownType(request.type);
    const settled = settleOwnRun(found.type, limits, request);
    return commit(deps, settled, key, { requestHash: hashOwnMeaning(request, settled, limits.chunkSize) });
  };
}

export const unknownType = (name: string): Problem =>
  invalidRequest([
    { field: "type", message: `must be a type that there is; ${JSON.stringify(name)} is not registered` },
  ]);

async function commit(
  { admitRun, limits, enqueue }: SubmitDependencies,
  settled: Omit<NewRun, "idempotency">,
  key: string | null,
  hashes: Omit<Idempotency, "key">,
): Promise<Run> {
  const created = await admitRun({ ...settled, idempotency: key === null ? null : { key, ...hashes } });
  if (created.kind === "key_reused") {
    throw new Problem("idempotency-key-reused", "This Idempotency-Key came with another request before.");
  }
  if (created.kind === "unknown_type") throw unknownType(settled.recordType.name);
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
}

const format = (count: number): string => count.toLocaleString("en");
