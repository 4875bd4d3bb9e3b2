import { reopenLostChunks } from "../ledger/chunks/lost-chunks.ts";
import type { Pool } from "../ledger/database/database.ts";
import { listRunsToShelve, requeueHalfMadeChunks } from "../ledger/planning/due-chunks.ts";
import { planHungryRuns } from "../ledger/planning/plan-window.ts";
import { listUnfinishedRunIds } from "../ledger/runs/find-runs.ts";
import type { Logger } from "../service/log.ts";
import { addChunkJobs, ensureChunkJobs, removeChunkJobs } from "./chunk-jobs.ts";
import { enqueueRunById } from "./enqueue-run.ts";
import { findJobStates } from "./find-job-states.ts";
import { type Queues, runJobId } from "./queues.ts";

export interface ReconcilerDependencies {
  readonly pool: Pool;
  readonly queues: Queues;
  /** The topics of all types, the built-in one's first. */
  readonly listTopics: () => Promise<readonly string[]>;
  /** Topic -> Kafka's id of it; null where that is not known. */
  readonly readTopicIds: (topics: readonly string[]) => Promise<ReadonlyMap<string, string | null>>;
  readonly maxPendingRecords: number;
  readonly log: Logger;
}

const everyMs = 3_000;
const runsAtATime = 100;
const chunksAtATime = 2_000;

/**
 * Brings Redis and Kafka back to what the ledger says: runs and chunks without a job get one (Redis was wiped, or the
 * process died between the ledger's commit and the queue), those of runs that go on no more lose it, chunks whose messages Kafka
 * lost are made again, those of cancelled runs that a killed worker left half made are made to their end, and runs that have
 * nothing to do get a chunk. Every worker process does this; doing it twice changes nothing.
 * What fails is logged and keeps nothing else from being done: the next pass is its retry.
 */
export async function reconcile(deps: ReconcilerDependencies): Promise<void> {
  const { pool, queues, maxPendingRecords, log } = deps;
  await attempt("chunks whose messages were lost", () => reopenChunks(deps));
  await attempt("chunks of runs that go on no more", async () => {
    for (const runId of await listRunsToShelve(pool, runsAtATime)) await removeChunkJobs(pool, queues, runId);
  });
  await attempt("chunks that are half made", () =>
    requeueHalfMadeChunks(pool, maxPendingRecords, chunksAtATime),
  );
  await attempt("runs that have nothing to do", async () => {
    for (const { chunks, requested } of await planHungryRuns(pool, maxPendingRecords)) {
      await addChunkJobs(queues, chunks, requested);
    }
  });
  await attempt("jobs of chunks", () => ensureChunkJobs(pool, queues, chunksAtATime));
  await attempt("jobs of runs", () => enqueueRunsWithoutJob(deps));

  async function attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // What it talks to may be down.
      log.warn({ err: error, what }, "reconciling failed, trying again");
    }
  }
}

async function reopenChunks(deps: ReconcilerDependencies): Promise<void> {
  const { pool, listTopics, readTopicIds, log } = deps;
  const names = await listTopics();
  // Without Kafka there is still enough to reconcile.
  const ids = await readTopicIds(names).catch(() => new Map<string, null>());
  const topics = names.map((name) => ({ name, id: ids.get(name) ?? null }));
  const reopened = await reopenLostChunks(pool, topics);
  if (reopened > 0) log.warn({ runs: reopened }, "messages were lost, their chunks will be made again");
}

async function enqueueRunsWithoutJob({ pool, queues, log }: ReconcilerDependencies): Promise<void> {
  let runIds: string[] = [];
  do {
    runIds = await listUnfinishedRunIds(pool, runsAtATime, runIds.at(-1));
    const states = await findJobStates(queues, queues.runs, runIds.map(runJobId));
    for (const runId of runIds) {
      const jobState = states.get(runJobId(runId));
      if (jobState === "coming") continue;
      try {
        await enqueueRunById(pool, queues, runId);
        log.info({ runId, jobState }, "enqueued a run that had no job to come");
      } catch (error) {
        log.warn({ err: error, runId, jobState }, "a run could not be enqueued, trying again");
      }
    }
  } while (runIds.length === runsAtATime);
}

/** Reconciles at once and then every few seconds. @returns a function that ends it and waits for the pass under way */
export function startReconciler(deps: ReconcilerDependencies): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let pass: Promise<void> = Promise.resolve();

  function run(): void {
    pass = reconcile(deps).finally(() => {
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
