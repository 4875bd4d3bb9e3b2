import { randomUUID } from "node:crypto";
import { generateText } from "../../generate/write-record.ts";
import { openPool } from "../../ledger/database/database.ts";
import { createOwnType } from "../../types/compile/own-type.ts";
import { type CopiedRecords, timeBareCopy } from "../bare-copy.ts";
import { secondsOf, startRun } from "../bench-runs.ts";
import { type BenchStack, warmUp } from "../bench-stack.ts";
import { diskFigures, type RecordPlaces, readDiskUsage } from "../disk-usage.ts";
import { type Measurement, median, rateOf } from "../measure.ts";
import { cpuFigures, memoryFigures, readUsage } from "../process-usage.ts";
import { benchOptions } from "../records.ts";
import { definition, schema } from "./own-types.ts";

const records = 300_000;
const copyRecords = 100_000;
const rounds = 3;

/** Runs through the whole stack, each beside one bare COPY of as good rows into the same table, in turn. */
export const benchEndToEnd = (stack: BenchStack): Promise<Measurement[]> =>
  measureRuns(stack, "end-to-end", "user", { table: "users_raw", topic: "synthetic_users" });

/** The same with ten flat fields of a type that is registered for it. */
export async function benchOwnEndToEnd(stack: BenchStack): Promise<Measurement[]> {
  const response = await fetch(`${stack.webUrl}/api/types`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(schema),
  });
  if (!response.ok) throw new Error(`POST /api/types answers ${response.status}: ${await response.text()}`);
  const type = createOwnType(definition());
  if (type.table === null) throw new Error("the type has a table");
  const { seed, referenceDate } = benchOptions;
  const maker = type.openRun({ recordType: type, seed, referenceDate, fields: [], options: {} });
  if (maker === null) throw new Error("the type makes the records of its own version");
  const copied = { type: { ...type, table: type.table }, generate: generateText(maker.write) };
  const { topic } = definition();
  return measureRuns(stack, "own-end-to-end", type.name, { table: copied.type.table.name, topic }, copied);
}

async function measureRuns(
  stack: BenchStack,
  stage: "end-to-end" | "own-end-to-end",
  type: string,
  places: RecordPlaces,
  copied?: CopiedRecords,
): Promise<Measurement[]> {
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
    await warmUp(stack, type);
    for (let round = 0; round < rounds; round++) {
      copySeconds.push((await timeBareCopy(pool, copyRecords, randomUUID(), copied)).seconds);
      const [before, diskBefore] = [readUsage(stack.directory), await readDiskUsage(stack, pool, places)];
      const run = await startRun(stack.webUrl, records, type);
      seconds.push(secondsOf(await run.completed()));
      // Of the last round: by then all is warm.
      used = {
        ...cpuFigures(before, readUsage(stack.directory), records),
        ...diskFigures(diskBefore, await readDiskUsage(stack, pool, places), records),
      };
    }
  } finally {
    await pool.end();
  }
  const limit = { what: "one bare COPY", records: copyRecords, seconds: median(copySeconds) };
  const figures = { ...used, ...memoryFigures(readUsage(stack.directory)) };
  return [
    rateOf(
      stage,
      type === "user" ? "a run of 300,000" : "a run of 300,000 of an own type",
      { records, seconds: median(seconds) },
      [limit],
      figures,
    ),
  ];
}
