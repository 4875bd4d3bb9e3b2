import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";

export interface Listening {
  readonly url: string;
  readonly channel: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly onError: (error: Error) => void;
}

/**
 * Listens to a channel on a connection of its own and opens it again, with a growing pause, until it is ended. A notification can
 * be missed while the connection is down, so `heard` is also called with null ("anything may have been told") after each connection.
 * @returns a function that ends it
 */
export function listen(
  { url, channel, applicationName, onError }: Listening,
  heard: (payload: string | null) => void,
): () => Promise<void> {
  const closing = new AbortController();

  async function listenOnce(): Promise<void> {
    const client = new pg.Client({
      connectionString: url,
      application_name: applicationName,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    // Not events.once(): it rejects at an error too, which may come while nobody waits for the end yet.
    const ended = new Promise<void>((resolve) => client.once("end", () => resolve()));
    client.on("error", onError);
    client.on("notification", ({ payload = "" }) => heard(payload));
    const disconnect = (): void => void client.end().catch(onError);
    try {
      await client.connect();
      closing.signal.addEventListener("abort", disconnect, { once: true });
      await client.query(`LISTEN ${channel}`);
      heard(null);
      if (closing.signal.aborted) disconnect();
      await ended;
    } finally {
      closing.signal.removeEventListener("abort", disconnect);
      await client.end().catch(() => undefined);
    }
  }

  async function keepListening(): Promise<void> {
    let pauseMs = 100;
    while (!closing.signal.aborted) {
      const startedMs = Date.now();
      try {
        await listenOnce();
      } catch (error) {
        onError(error instanceof Error ? error : new Error(String(error)));
      }
      if (Date.now() - startedMs > 10_000) pauseMs = 100;
      await pause(pauseMs, undefined, { signal: closing.signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, 5_000);
    }
  }
  const listening = keepListening();
  return async () => {
    closing.abort();
    await listening;
  };
}
