import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { openPool } from "../../ledger/database/database.ts";
import { planWindow } from "../../ledger/planning/plan-window.ts";
import { createRun } from "../../ledger/runs/create-run.ts";
import { userType } from "../../types/user/user.ts";
import { startRun } from "../bench-runs.ts";
import { type BenchStack, withBenchStack } from "../bench-stack.ts";
import { type Measurement, round, timed } from "../measure.ts";
import { memoryFigures, readUsage } from "../process-usage.ts";
import { benchOptions } from "../records.ts";

/** The peaks of one stack after runs of growing size, and what it costs to plan a run that is larger still. */
export async function benchMemory(): Promise<Measurement[]> {
  return withBenchStack({ processes: 1 }, async (stack) => {
    const measurements: Measurement[] = [];
    for (const records of [1_000_000, 10_000_000]) {
      await (await startRun(stack.webUrl, records)).completed();
      const figures = {
        ...memoryFigures(readUsage(stack.directory)),
        ...(await redisFigures(stack.redisUrl)),
      };
      const what = `after a run of ${records.toLocaleString("en")}`;
      measurements.push({ stage: "memory", what, records, recordsPerSecond: null, limits: [], figures });
    }
    measurements.push(await benchPlanning(stack));
    return measurements;
  });
}

/** A hundred million: while it runs it is planned bit by bit; then all of another one at once, which nobody carries out. */
async function benchPlanning(stack: BenchStack): Promise<Measurement> {
  const records = 100_000_000;
  const running = await startRun(stack.webUrl, records);
  await pause(5_000);
  const whileRunning = await redisFigures(stack.redisUrl);
  await running.cancel();

  const options = {
    url: stack.ownerDatabaseUrl,
    applicationName: "bench",
    maxConnections: 1,
    transactionTimeoutMs: 0,
  };
  const pool = openPool(options, () => undefined);
  try {
    const ledgerBytes = async (): Promise<number> => {
      const { rows } = await pool.query<{ bytes: number }>(
        "SELECT pg_total_relation_size('chunks') AS bytes",
      );
      return rows[0]?.bytes ?? Number.NaN;
    };
    const before = await ledgerBytes();
    const wishes = { recordType: userType, count: records, chunkSize: 5_000, idempotency: null };
    const seconds = await timed(async () => {
      const created = await createRun(pool, { ...wishes, ...benchOptions });
      if (created.kind === "created") await planWindow(pool, created.run.id, Number.MAX_SAFE_INTEGER);
    });
    const ledgerMegabytes = round(((await ledgerBytes()) - before) / 1e6);
    const figures = {
      planAllSeconds: round(seconds),
      planAllLedgerMegabytes: ledgerMegabytes,
      ...whileRunning,
    };
    const what = "planning 100,000,000";
    return { stage: "memory", what, records, recordsPerSecond: null, limits: [], figures };
  } finally {
    await pool.end();
  }
}

async function redisFigures(url: string): Promise<Record<string, number>> {
  const redis = new Redis(url, { lazyConnect: true });
  try {
    await redis.connect();
    const info = await redis.info("memory");
    const megabytes = (key: string): number =>
      round(Number(new RegExp(`^${key}:(\\d+)`, "m").exec(info)?.[1]) / 1e6);
    return {
      redisUsedMegabytes: megabytes("used_memory"),
      redisMostUsedMegabytes: megabytes("used_memory_peak"),
      redisKeys: await redis.dbsize(),
    };
  } finally {
    redis.disconnect();
  }
}
