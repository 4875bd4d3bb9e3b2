import type { Queryable } from "../database/database.ts";
import { listen } from "../database/listen.ts";

const channel = "run_changed";

/** What a change was about: how far the run has come, or what is to become of it or has (its status, its pace). */
export type RunChange = "progress" | "command";

/** Tells every listener, at commit, that these runs have changed. */
export async function notifyRunChanged(
  db: Queryable,
  runIds: readonly string[],
  change: RunChange = "command",
): Promise<void> {
  await db.query("SELECT pg_notify($1, id || ' ' || $3) FROM unnest($2::text[]) AS id", [
    channel,
    runIds,
    change,
  ]);
}

export type RunChangeListener = (runId: string | null, change: RunChange | null) => void;

/**
 * Changes of runs as PostgreSQL tells them. A notification can be missed while the connection is down, so a
 * subscriber is also called with null ("anything may have changed") after each reconnection; whoever waits for
 * something must still look for itself from time to time.
 */
export interface RunChanges {
  /** @returns a function that ends the subscription */
  subscribe(listener: RunChangeListener): () => void;
  /**
   * Resolves at the next change of this run, after `timeoutMs`, or when the signal is aborted: never rejects.
   * @param only leaves the other changes unheeded
   */
  next(runId: string, timeoutMs: number, signal?: AbortSignal, only?: RunChange): Promise<void>;
  close(): Promise<void>;
}

/** Listens for as long as it is not closed. */
export function listenToRunChanges(url: string, onError: (error: Error) => void): RunChanges {
  const listeners = new Set<RunChangeListener>();
  const closing = new AbortController();
  const announce: RunChangeListener = (runId, change) => {
    for (const listener of [...listeners]) listener(runId, change);
  };
  const stopListening = listen({ url, channel, applicationName: "run-changes", onError }, (payload) => {
    if (payload === null) return announce(null, null);
    const [, runId = null, change = "command"] = /^(.*) (progress|command)$/.exec(payload) ?? [];
    announce(runId, change === "progress" ? "progress" : "command");
  });

  const subscribe: RunChanges["subscribe"] = (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return {
    subscribe,
    next: (runId, timeoutMs, signal, only) =>
      new Promise((resolve) => {
        const finish = (): void => {
          unsubscribe();
          clearTimeout(timer);
          closing.signal.removeEventListener("abort", finish);
          signal?.removeEventListener("abort", finish);
          resolve();
        };
        const unsubscribe = subscribe((changed, change) => {
          if (changed === null || (changed === runId && (only ?? change) === change)) finish();
        });
        const timer = setTimeout(finish, timeoutMs);
        closing.signal.addEventListener("abort", finish);
        signal?.addEventListener("abort", finish);
        if (closing.signal.aborted || signal?.aborted === true) finish();
      }),
    async close() {
      closing.abort();
      await stopListening();
    },
  };
}
