import { setTimeout as pause } from "node:timers/promises";
import { openPool } from "../ledger/database.ts";
import { summariseUsers } from "../ledger/summarise-users.ts";
import { runService } from "../service/run-service.ts";

/** Ids of users_raw that one transaction passes: a fraction of a second's work. */
const maxIds = 100_000;

/** How long it rests where it has caught up; what the dashboard shows is older by this and little more. */
const restMs = 1_000;

/** Keeps the dashboard's counts of users_raw (users_summary) up to date. More than one of these do no harm. */
await runService("summariser", async ({ config, log, onClose }) => {
  const pool = openPool(
    {
      url: config.databaseUrl,
      applicationName: "summariser",
      maxConnections: 1,
      transactionTimeoutMs: 60_000,
    },
    (error) => log.warn({ err: error }, "connection trouble"),
  );
  onClose("PostgreSQL", () => pool.end());

  const stopping = new AbortController();
  const { signal } = stopping;
  async function keepUp(): Promise<void> {
    while (!signal.aborted) {
      try {
        const passed = await summariseUsers(pool, maxIds);
        if (passed > 0) {
          log.debug({ ids: passed }, "rows summarised");
          continue;
        }
      } catch (error) {
        log.warn({ err: error }, "the summary cannot go on, trying again");
      }
      await pause(restMs, undefined, { signal }).catch(() => undefined);
    }
  }
  const keepingUp = keepUp();
  onClose("summary", () => {
    stopping.abort();
    return keepingUp;
  });
});
