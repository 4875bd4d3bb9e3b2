import { setTimeout as pause } from "node:timers/promises";
import { DelayedError, type Job, WaitingError } from "bullmq";
import type { Pool } from "../ledger/database.ts";
import { findRun } from "../ledger/find-runs.ts";
import { planWindow } from "../ledger/plan-window.ts";
import type { Run } from "../ledger/run.ts";
import type { RunChanges } from "../ledger/run-changes.ts";
import { addChunkJobs, ensureChunkJobs, removeChunkJobs } from "./chunk-jobs.ts";
import { parseRunJob, WrongJobError } from "./parse-job.ts";
import type { Queues } from "./queues.ts";

export interface ConductorDependencies {
  readonly pool: Pool;
  readonly queues: Queues;
  readonly changes: RunChanges;
  readonly maxPendingRecords: number;
  /** Aborted when the process is to end: runs in hand go back to the queue, where another process finds them. */
  readonly stopping: AbortSignal;
}

/** What Bull Board shows as a run job's return value: the ledger when the job ended. */
export type RunSummary = Pick<
  Run,
  "status" | "requested" | "produced" | "stored" | "flagged" | "deadLettered"
>;

/** How long a lost notification or job can go unnoticed. */
const lookAgainMs = 5_000;
const progressEveryMs = 1_000;
/** A paused run's job sleeps in the delayed set until it is resumed; it looks for itself this often. */
const pausedMs = 3_600_000;

/**
 * The processor of run jobs. One job accompanies its run from start to end: it plans the next chunks whenever the
 * ledger has room for them and reports progress. It holds nothing that the ledger does not know: killed, doubled
 * or begun anew it does the same.
 */
export function createRunConductor(
  deps: ConductorDependencies,
): (job: Job<unknown>, token?: string) => Promise<RunSummary | null> {
  const { pool, queues, changes, stopping } = deps;

  return async function conductRun(job, token) {
    const { runId } = parseRunJob(job);
    let ensuredMs = 0;
    let reportedMs = 0;
    let looking = new AbortController();
    const wake = (): void => looking.abort();
    stopping.addEventListener("abort", wake);
    try {
      for (;;) {
        // Subscribed before looking, so that no change falls between the look and the wait.
        looking = new AbortController();
        const changed = changes.next(runId, lookAgainMs, looking.signal);
        const commanded = changes.next(runId, lookAgainMs, looking.signal, "command");
        const window = await planWindow(pool, runId, deps.maxPendingRecords);
        if (window.kind === "gone") throw new WrongJobError(`The ledger has no run ${runId}.`);
        if (window.kind === "idle") {
          if (window.status !== "completed") await removeChunkJobs(pool, queues, runId);
          if (window.status === "paused") {
            await job.moveToDelayed(Date.now() + pausedMs, token);
            throw new DelayedError();
          }
          return summarise(await reportProgress(job, runId, pool));
        }
        if (Date.now() - ensuredMs > lookAgainMs) {
          await ensureChunkJobs(pool, queues, runId, window.requested);
          ensuredMs = Date.now();
        } else {
          await addChunkJobs(queues, window.planned, window.requested);
        }
        if (Date.now() - reportedMs > progressEveryMs) {
          await reportProgress(job, runId, pool);
          reportedMs = Date.now();
        }
        if (stopping.aborted) {
          await job.moveToWait(token);
          throw new WaitingError();
        }
        const { inMs, atProgress } = window.lookAgain;
        await Promise.race([
          atProgress ? changed : commanded,
          ...(inMs === null
            ? []
            : [
                pause(Math.min(inMs, lookAgainMs), undefined, { signal: looking.signal }).catch(
                  () => undefined,
                ),
              ]),
        ]);
        looking.abort();
      }
    } finally {
      wake();
      stopping.removeEventListener("abort", wake);
    }
  };
}

async function reportProgress(job: Job<unknown>, runId: string, pool: Pool): Promise<Run | null> {
  const run = await findRun(pool, runId);
  if (run !== null) {
    const accounted = run.stored + run.deadLettered;
    // Bull Board draws a number as a percentage; an endless run has none.
    await job.updateProgress(
      run.requested === null ? { accounted } : Math.floor((accounted / run.requested) * 100),
    );
  }
  return run;
}

function summarise(run: Run | null): RunSummary | null {
  if (run === null) return null;
  const { status, requested, produced, stored, flagged, deadLettered } = run;
  return { status, requested, produced, stored, flagged, deadLettered };
}
