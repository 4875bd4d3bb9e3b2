import { ErrorCode, type Job } from "bullmq";
import type { Queryable } from "../ledger/database/database.ts";
import { findRun } from "../ledger/runs/find-runs.ts";
import type { Run } from "../ledger/runs/run.ts";
import { type Queues, runJobId, runJobName } from "./queues.ts";

/**
 * The relay from the ledger to BullMQ: gives a run that is to be carried out its job. Safe to repeat at any time, by
 * anyone: a job that is there stays, one that waits for a resumed run is woken, one that ended too early is replaced.
 */
export async function enqueueRun(queues: Queues, run: Run): Promise<void> {
  const job = await addRunJob(queues, run);
  const state = await job.getState();
  if (state === "delayed") await wakeJob(job);
  if (state === "completed" || state === "failed") {
    await job.remove();
    // Should it end as soon again, that is not to be repeated here: the reconciler comes by every few seconds.
    await addRunJob(queues, run);
  }
}

const addRunJob = (queues: Queues, run: Run) =>
  queues.runs.add(
    runJobName(run),
    { runId: run.id, count: run.requested, seed: run.seed, fields: run.fields },
    // Its first turn comes before those of runs that are under way, however many there are.
    { jobId: runJobId(run.id), lifo: true },
  );

/** Ends a job's delay. One that has woken or ended meanwhile is left alone: whoever hears of a change first wakes it. */
export async function wakeJob(job: Job): Promise<void> {
  try {
    await job.promote();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code !== ErrorCode.JobNotInState && code !== ErrorCode.JobNotExist) throw error;
  }
}

/** As `enqueueRun`, for a run of which only the id is at hand. */
export async function enqueueRunById(db: Queryable, queues: Queues, runId: string): Promise<void> {
  const run = await findRun(db, runId);
  if (run !== null && (run.status === "queued" || run.status === "running")) await enqueueRun(queues, run);
}
