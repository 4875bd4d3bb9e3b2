import pg from "pg";
import type { Queryable } from "./database.ts";

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

/** Listens on a connection of its own and opens it again, with a growing pause, for as long as it is not closed. */
export function listenToRunChanges(url: string, onError: (error: Error) => void): RunChanges {
  const listeners = new Set<RunChangeListener>();
  const closing = new AbortController();
  const announce: RunChangeListener = (runId, change) => {
    for (const listener of [...listeners]) listener(runId, change);
  };

  async function listenOnce(): Promise<void> {
    const client = new pg.Client({
      connectionString: url,
      application_name: "run-changes",
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    // Not events.once(): it rejects at an error too, which may come while nobody waits for the end yet.
    const ended = new Promise<void>((resolve) => client.once("end", () => resolve()));
    client.on("error", onError);
    client.on("notification", ({ payload = "" }) => {
      const [, runId = null, change = "command"] = /^(.*) (progress|command)$/.exec(payload) ?? [];
      announce(runId, change === "progress" ? "progress" : "command");
    });
    const disconnect = (): void => void client.end().catch(onError);
    try {
      await client.connect();
      closing.signal.addEventListener("abort", disconnect, { once: true });
      await client.query(`LISTEN ${channel}`);
      announce(null, null);
      if (closing.signal.aborted) disconnect();
      await ended;
    } finally {
      closing.signal.removeEventListener("abort", disconnect);
      await client.end().catch(() => undefined);
    }
  }

  async function listen(): Promise<void> {
    let pauseMs = 100;
    while (!closing.signal.aborted) {
      const startedMs = Date.now();
      try {
        await listenOnce();
      } catch (error) {
        onError(error instanceof Error ? error : new Error(String(error)));
      }
      if (Date.now() - startedMs > 10_000) pauseMs = 100;
      await pause(pauseMs, closing.signal);
      pauseMs = Math.min(pauseMs * 2, 5_000);
    }
  }
  const listening = listen();

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
      await listening;
    },
  };
}

function pause(timeoutMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, timeoutMs);
    signal.addEventListener("abort", finish, { once: true });
  });
}
