import { reopenLostChunks } from "../ledger/chunks.ts";
import type { Pool } from "../ledger/database.ts";
import { listUnfinishedRunIds } from "../ledger/find-runs.ts";
import type { Logger } from "../service/log.ts";
import { ensureHalfMadeJobs } from "./chunk-jobs.ts";
import { enqueueRunById } from "./enqueue-run.ts";
import { type Queues, runJobId } from "./queues.ts";

export interface ReconcilerDependencies {
  readonly pool: Pool;
  readonly queues: Queues;
  readonly topic: string;
  /** Kafka's id of the topic; null where there is none. */
  readonly readTopicId: () => Promise<string | null>;
  readonly log: Logger;
}

const everyMs = 3_000;
const runsAtATime = 1_000;
const chunksAtATime = 100;

/** States of a job that will come to a worker by itself. */
const comingStates = new Set(["active", "waiting", "prioritized"]);

/**
 * Brings Redis and Kafka back to what the ledger says: runs without a job get one (Redis was wiped, or the process
 * died between the ledger's commit and the queue), chunks whose messages Kafka lost are made again, those of cancelled runs
 * that a killed worker left half made are made to their end. Every worker process does this; doing it twice changes nothing.
 */
export async function reconcile({
  pool,
  queues,
  topic,
  readTopicId,
  log,
}: ReconcilerDependencies): Promise<void> {
  // Without Kafka there is still enough to reconcile.
  const topicId = await readTopicId().catch(() => null);
  const reopened = await reopenLostChunks(pool, topic, topicId);
  if (reopened > 0) log.warn({ runs: reopened }, "messages were lost, their chunks will be made again");
  await ensureHalfMadeJobs(pool, queues, chunksAtATime);
  for (const runId of await listUnfinishedRunIds(pool, runsAtATime)) {
    const state = await queues.runs.getJobState(runJobId(runId));
    if (comingStates.has(state)) continue;
    await enqueueRunById(pool, queues, runId);
    log.info({ runId, jobState: state }, "enqueued a run that had no job to come");
  }
}

/** Reconciles at once and then every few seconds. @returns a function that ends it and waits for the pass under way */
export function startReconciler(deps: ReconcilerDependencies): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let pass: Promise<void> = Promise.resolve();

  function run(): void {
    pass = reconcile(deps)
      // What it talks to may be down; the next pass is the retry.
      .catch((error: unknown) => deps.log.warn({ err: error }, "reconciling failed, trying again"))
      .finally(() => {
        // Spread, so that several workers do not all ask at the same moment.
        if (!stopped) timer = setTimeout(run, everyMs * (0.75 + Math.random() / 2));
      });
  }
  run();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await pass;
  };
}
