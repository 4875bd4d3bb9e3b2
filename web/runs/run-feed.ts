import { setTimeout as pause } from "node:timers/promises";
import type { Queryable } from "../../ledger/database/database.ts";
import { findRun } from "../../ledger/runs/find-runs.ts";
import { isTerminal, type Run } from "../../ledger/runs/run.ts";
import type { RunChanges } from "../../ledger/runs/run-changes.ts";

export interface RunFeed {
  /**
   * Tells the run's state now and after each change, the last time in its terminal state.
   * @returns a function that ends the subscription
   */
  subscribe(runId: string, listener: (run: Run) => void): () => void;
  /** Aborted when the feed closes: nothing more will be told. */
  readonly closing: AbortSignal;
  close(): Promise<void>;
}

interface Watch {
  readonly listeners: Set<(run: Run) => void>;
  readonly ending: AbortController;
  latest: Run | null;
}

export interface RunFeedOptions {
  /** Least time between two looks at one run that makes progress. */
  readonly minIntervalMs: number;
  /** How soon to look without a notification: one can be missed while PostgreSQL's connection is down. */
  readonly pollMs: number;
  readonly onError: (error: unknown) => void;
}

/** Watches runs for those who look on: one query a change and run, however many they are. */
export function createRunFeed(db: Queryable, changes: RunChanges, options: RunFeedOptions): RunFeed {
  const watches = new Map<string, Watch>();
  const loops = new Set<Promise<void>>();
  const closing = new AbortController();

  async function look(runId: string, watch: Watch): Promise<void> {
    try {
      const run = await findRun(db, runId);
      if (run === null || JSON.stringify(run) === JSON.stringify(watch.latest)) return;
      watch.latest = run;
      for (const listener of [...watch.listeners]) listener(run);
    } catch (error) {
      options.onError(error);
    }
  }

  async function watchRun(runId: string, watch: Watch): Promise<void> {
    const { signal } = watch.ending;
    while (!signal.aborted) {
      const round = new AbortController();
      // Begun before the look, so that no change falls between the two.
      const changed = changes.next(runId, options.pollMs, signal);
      const commanded = changes.next(runId, options.pollMs, round.signal, "command");
      const lookedMs = performance.now();
      await look(runId, watch);
      if (watch.latest !== null && isTerminal(watch.latest.status)) {
        round.abort();
        break;
      }
      await changed;
      // Progress that comes alone is told at once, of much of it the first and then the newest; a change of status never waits.
      const restMs = lookedMs + options.minIntervalMs - performance.now();
      if (restMs > 0) {
        const rest = pause(restMs, undefined, { signal }).catch(() => undefined);
        await Promise.race([rest, commanded]);
      }
      round.abort();
    }
    watch.ending.abort();
    if (watches.get(runId) === watch) watches.delete(runId);
  }

  return {
    subscribe(runId, listener) {
      const watch = watches.get(runId) ?? {
        listeners: new Set(),
        ending: new AbortController(),
        latest: null,
      };
      watch.listeners.add(listener);
      if (watch.latest !== null) listener(watch.latest);
      if (!watches.has(runId)) {
        watches.set(runId, watch);
        const loop = watchRun(runId, watch).finally(() => loops.delete(loop));
        loops.add(loop);
      }
      return () => {
        watch.listeners.delete(listener);
        if (watch.listeners.size > 0) return;
        watch.ending.abort();
        if (watches.get(runId) === watch) watches.delete(runId);
      };
    },
    closing: closing.signal,
    async close() {
      closing.abort();
      for (const watch of watches.values()) watch.ending.abort();
      await Promise.all(loops);
    },
  };
}
