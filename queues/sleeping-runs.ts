import { DelayedError, type Job } from "bullmq";
import type { RunChange, RunChanges } from "../ledger/runs/run-changes.ts";
import { wakeJob } from "./enqueue-run.ts";
import { type Queues, runJobId } from "./queues.ts";

/** A run of which nothing is due for longer looks for itself this often; only a paused one sleeps for longer. */
export const longestSleepMs = 60_000;

/** How a run's job sleeps until its next turn. */
export interface Sleep {
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
  /** Whether progress of the run ends it, and not only a command. */
  readonly atProgress: boolean;
}

/** The run jobs of a process between two turns. They are in BullMQ's delayed set, where none of them takes a place. */
export interface SleepingRuns {
  /** To be called before a turn looks at its run: what changes from here on wakes it after the turn. */
  beginTurn(runId: string): void;
  /** Ends a turn until there is something to do again. @throws DelayedError always, which tells BullMQ so */
  sleep(job: Job, token: string | undefined, sleep: Sleep): Promise<never>;
  /** Ends a run's last turn, or one that failed. */
  endTurn(runId: string): void;
  /** Leaves what sleeps to other processes, and to the next life of this one, at once. */
  close(): Promise<void>;
}

/** So long after its last turn began progress gives a run another one; a command does at once. */
const turnMs = 100;

interface Entry {
  readonly begunMs: number;
  /** What has changed since. */
  readonly changes: Set<RunChange>;
  /** null in the turn. */
  asleep: { readonly atProgress: boolean; timer: NodeJS.Timeout } | null;
}

/**
 * Wakes the run jobs that this process has put to sleep when PostgreSQL tells of a change. Should the process die they wake by
 * themselves, at the end of their sleep.
 */
export function watchSleepingRuns(queues: Queues, changes: RunChanges): SleepingRuns {
  const entries = new Map<string, Entry>();

  async function wake(runId: string): Promise<void> {
    entries.delete(runId);
    try {
      const job = await queues.runs.getJob(runJobId(runId));
      if (job !== undefined) await wakeJob(job);
    } catch {
      // Without Redis nothing can be done: it wakes by itself then.
    }
  }

  function wakeWhereChanged(runId: string, { begunMs, changes, asleep }: Entry): void {
    if (asleep === null) return;
    const isCommanded = changes.has("command");
    if (!isCommanded && !(asleep.atProgress && changes.has("progress"))) return;
    clearTimeout(asleep.timer);
    const inMs = isCommanded ? 0 : Math.max(0, begunMs + turnMs - Date.now());
    asleep.timer = setTimeout(() => void wake(runId), inMs);
  }

  const unsubscribe = changes.subscribe((changedId, change) => {
    const changed = changedId === null ? [...entries.keys()] : [changedId];
    for (const runId of changed) {
      const entry = entries.get(runId);
      if (entry === undefined) continue;
      // After a time without a connection anything may have happened.
      entry.changes.add(change ?? "command");
      wakeWhereChanged(runId, entry);
    }
  });

  return {
    beginTurn(runId) {
      endTurn(runId);
      entries.set(runId, { begunMs: Date.now(), changes: new Set(), asleep: null });
    },
    async sleep(job, token, { untilMs, atProgress }) {
      const runId = job.id ?? "";
      await job.moveToDelayed(untilMs, token);
      const entry = entries.get(runId);
      if (entry !== undefined) {
        const forget = (): void => void entries.delete(runId);
        entry.asleep = { atProgress, timer: setTimeout(forget, untilMs - Date.now()) };
        wakeWhereChanged(runId, entry);
      }
      throw new DelayedError();
    },
    endTurn,
    async close() {
      unsubscribe();
      for (const { asleep } of entries.values()) clearTimeout(asleep?.timer);
      await Promise.all([...entries].map(([runId, { asleep }]) => asleep !== null && wake(runId)));
    },
  };

  function endTurn(runId: string): void {
    clearTimeout(entries.get(runId)?.asleep?.timer);
    entries.delete(runId);
  }
}
