import { setTimeout as pause } from "node:timers/promises";
import { Counter, Histogram } from "prom-client";
import { openPool } from "../ledger/database/database.ts";
import { countRecords, listCountedTables } from "../ledger/history/count-records.ts";
import { runService } from "../service/run-service.ts";
import { serveMetrics } from "../service/serve-metrics.ts";

/** Ids of a table that one transaction goes on: a fraction of a second's work. */
const maxIds = 100_000;

/** How long it rests where it has caught up; what the dashboard shows is older by this and little more. */
const restMs = 1_000;

/** Keeps the statistics of all tables of records up to date for the dashboards. More than one of these do no harm. */
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
    help: "Ids of tables of records that the dashboards' counts have passed",
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
  /** Whether there may be more of the table to count at once. A table that cannot be counted keeps no other waiting. */
  async function count(table: string): Promise<boolean> {
    const end = passes.startTimer();
    try {
      const ids = await countRecords(pool, table, maxIds);
      end({ outcome: "done" });
      summarised.inc(ids);
      if (ids > 0) log.debug({ table, ids }, "rows counted");
      return ids > 0;
    } catch (error) {
      end({ outcome: "failed" });
      log.warn({ err: error, table }, "the statistics cannot go on, trying again");
      return false;
    }
  }
  async function keepUp(): Promise<void> {
    while (!signal.aborted) {
      let isBehind = false;
      for (const table of await listTables())
        if (!signal.aborted) isBehind = (await count(table)) || isBehind;
      if (!isBehind) await pause(restMs, undefined, { signal }).catch(() => undefined);
    }
  }
  async function listTables(): Promise<readonly string[]> {
    try {
      return await listCountedTables(pool);
    } catch (error) {
      log.warn({ err: error }, "the tables cannot be listed, trying again");
      return [];
    }
  }
  const keepingUp = keepUp();
  onClose("summary", () => {
    stopping.abort();
    return keepingUp;
  });
});
