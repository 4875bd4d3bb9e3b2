import { setTimeout as pause } from "node:timers/promises";
import { Counter, Histogram } from "prom-client";
import { openPool } from "../ledger/database.ts";
import { summariseUsers } from "../ledger/summarise-users.ts";
import { runService } from "../service/run-service.ts";
import { serveMetrics } from "../service/serve-metrics.ts";

/** Ids of users_raw that one transaction passes: a fraction of a second's work. */
const maxIds = 100_000;

/** How long it rests where it has caught up; what the dashboard shows is older by this and little more. */
const restMs = 1_000;

/** Keeps the dashboard's counts of users_raw (users_summary) up to date. More than one of these do no harm. */
await runService("summariser", async ({ config, log, onClose, registry }) => {
  const stopMetrics = await serveMetrics(config.metrics, () => registry.metrics(), log);
  if (stopMetrics !== null) onClose("metrics", stopMetrics);
  const passes = new Histogram({
    name: "synthetic_summary_pass_duration_seconds",
    help: "Time that one look for rows to be counted took, whether there were any or not",
    labelNames: ["outcome"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  });
  const summarised = new Counter({
    name: "synthetic_summary_ids_total",
    help: "Ids of users_raw that the dashboard's counts have passed",
    registers: [registry],
  });
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
      const end = passes.startTimer();
      try {
        const passed = await summariseUsers(pool, maxIds);
        end({ outcome: "done" });
        summarised.inc(passed);
        if (passed > 0) {
          log.debug({ ids: passed }, "rows summarised");
          continue;
        }
      } catch (error) {
        end({ outcome: "failed" });
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
