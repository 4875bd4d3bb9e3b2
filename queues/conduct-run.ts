import { isDeepStrictEqual } from "node:util";
import { DelayedError, type Job } from "bullmq";
import type { Pool } from "../ledger/database/database.ts";
import { planWindow, type RunProgress } from "../ledger/planning/plan-window.ts";
import { findRun } from "../ledger/runs/find-runs.ts";
import type { Run } from "../ledger/runs/run.ts";
import { addChunkJobs, removeChunkJobs } from "./chunk-jobs.ts";
import { parseRunJob, WrongJobError } from "./parse-job.ts";
import type { Queues } from "./queues.ts";
import { longestSleepMs, type SleepingRuns } from "./sleeping-runs.ts";

export interface ConductorDependencies {
  readonly pool: Pool;
  readonly queues: Queues;
  readonly sleeping: SleepingRuns;
  readonly maxPendingRecords: number;
}

/** What Bull Board shows as a run job's return value: the ledger when the job ended. */
export type RunSummary = Pick<
  Run,
  "status" | "requested" | "produced" | "stored" | "flagged" | "deadLettered"
>;

/** How long a lost notification can go unnoticed. */
const lookAgainMs = 10_000;
/** A paused run's job sleeps until it is resumed. */
const pausedMs = 3_600_000;

/**
 * The processor of run jobs. One job accompanies its run from start to end, in turns of some milliseconds: it has the next
 * chunks planned as far as there is room for them, reports how far the run has come, and sleeps until there is something to do
 * again. It holds nothing that the ledger does not know, and no place while it waits: however many runs there are, each has its
 * turns.
 */
export function createRunConductor(
  deps: ConductorDependencies,
): (job: Job<unknown>, token?: string) => Promise<RunSummary | null> {
  const { pool, queues, sleeping } = deps;

  return async function takeTurn(job, token) {
    const { runId } = parseRunJob(job);
    sleeping.beginTurn(runId);
    try {
      const window = await planWindow(pool, runId, deps.maxPendingRecords);
      for (const planned of window.planned) {
        await addChunkJobs(queues, planned.chunks, planned.requested, planned.runId === runId);
      }
      if (window.kind === "gone") throw new WrongJobError(`The ledger has no run ${runId}.`);
      if (window.kind === "open") {
        const { inMs, atProgress } = window.lookAgain;
        await reportProgress(job, window.run);
        const sleepMs = Math.min(inMs ?? lookAgainMs, longestSleepMs);
        return await sleeping.sleep(job, token, { untilMs: Date.now() + sleepMs, atProgress });
      }
      if (window.status !== "completed") await removeChunkJobs(pool, queues, runId);
      const run = await findRun(pool, runId);
      if (run !== null) await reportProgress(job, { ...run, accounted: run.stored + run.deadLettered });
      if (window.status === "paused") {
        return await sleeping.sleep(job, token, { untilMs: Date.now() + pausedMs, atProgress: false });
      }
      sleeping.endTurn(runId);
      return summarise(run);
    } catch (error) {
      if (!(error instanceof DelayedError)) sleeping.endTurn(runId);
      throw error;
    }
  };
}

async function reportProgress(job: Job<unknown>, { requested, accounted }: RunProgress): Promise<void> {
  // Bull Board draws a number as a percentage; an endless run has none.
  const progress = requested === null ? { accounted } : Math.floor((accounted / requested) * 100);
  if (!isDeepStrictEqual(progress, job.progress)) await job.updateProgress(progress);
}

function summarise(run: Run | null): RunSummary | null {
  if (run === null) return null;
  const { status, requested, produced, stored, flagged, deadLettered } = run;
  return { status, requested, produced, stored, flagged, deadLettered };
}
