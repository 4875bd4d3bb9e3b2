import { randomUUID } from "node:crypto";
import { openPool } from "../../ledger/database.ts";
import { timeBareCopy } from "../bare-copy.ts";
import { secondsOf, startRun } from "../bench-runs.ts";
import { type BenchStack, warmUp } from "../bench-stack.ts";
import { diskFigures, readDiskUsage } from "../disk-usage.ts";
import { type Measurement, median, rateOf } from "../measure.ts";
import { cpuFigures, memoryFigures, readUsage } from "../process-usage.ts";

const records = 300_000;
const copyRecords = 100_000;
const rounds = 3;

/** Runs through the whole stack, each beside one bare COPY of as good rows into the same table, in turn. */
export async function benchEndToEnd(stack: BenchStack): Promise<Measurement[]> {
  const options = {
    url: stack.databaseUrl,
    applicationName: "bench",
    maxConnections: 1,
    transactionTimeoutMs: 0,
  };
  const pool = openPool(options, () => undefined);
  const seconds: number[] = [];
  const copySeconds: number[] = [];
  let used: Record<string, number> = {};
  try {
    await warmUp(stack);
    for (let round = 0; round < rounds; round++) {
      copySeconds.push((await timeBareCopy(pool, copyRecords, randomUUID())).seconds);
      const [before, diskBefore] = [readUsage(stack.directory), await readDiskUsage(stack, pool)];
      const run = await startRun(stack.webUrl, records);
      seconds.push(secondsOf(await run.completed()));
      // Of the last round: by then all is warm.
      used = {
        ...cpuFigures(before, readUsage(stack.directory), records),
        ...diskFigures(diskBefore, await readDiskUsage(stack, pool), records),
      };
    }
  } finally {
    await pool.end();
  }
  const limit = { what: "one bare COPY", records: copyRecords, seconds: median(copySeconds) };
  const figures = { ...used, ...memoryFigures(readUsage(stack.directory)) };
  return [rateOf("end-to-end", "a run of 300,000", { records, seconds: median(seconds) }, [limit], figures)];
}
