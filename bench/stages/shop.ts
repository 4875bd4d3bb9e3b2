import { randomUUID } from "node:crypto";
import { generateText } from "../../generate/write-record.ts";
import { openPool, type Pool } from "../../ledger/database/database.ts";
import type { StoredType } from "../../records/record-type.ts";
import { timeBareCopy } from "../bare-copy.ts";
import { secondsOf, startDataset } from "../bench-runs.ts";
import type { BenchStack } from "../bench-stack.ts";
import { type Measurement, median, rateOf, type Timing } from "../measure.ts";
import { type Member, openDataset, readDatasetFile } from "../open-dataset.ts";
import { cpuFigures, memoryFigures, readUsage } from "../process-usage.ts";

const rounds = 3;
/** Of a greater shop so much is copied: as many rows of each type for each other one. */
const mostCopied = 100_000;

/** A dataset through the whole stack, beside bare COPYs of as good rows into the same three tables, in turn. */
export async function benchShop(
  stack: BenchStack,
  { orders }: { readonly orders: number },
): Promise<Measurement[]> {
  const { webUrl } = stack;
  const response = await fetch(`${webUrl}/api/types`, {
    method: "POST",
    headers: { "content-type": "application/yaml" },
    body: await readDatasetFile("shop"),
  });
  if (!response.ok) throw new Error(`POST /api/types answers ${response.status}: ${await response.text()}`);
  const copied = await openShop(Math.min(orders, mostCopied));
  const pool = openPool(
    { url: stack.databaseUrl, applicationName: "bench", maxConnections: 1, transactionTimeoutMs: 0 },
    () => undefined,
  );
  const made: Timing[] = [];
  const copies: Timing[] = [];
  let used: Record<string, number> = {};
  try {
    await (await startDataset(webUrl, countsOf(10_000))).completed();
    for (let round = 0; round < rounds; round++) {
      copies.push(await copyShop(pool, copied));
      const before = readUsage(stack.directory);
      const dataset = await (await startDataset(webUrl, countsOf(orders))).completed();
      const records = dataset.runs.reduce((sum, { stored }) => sum + stored, 0);
      made.push({ records, seconds: secondsOf(dataset) });
      // Of the last round: by then all is warm.
      used = cpuFigures(before, readUsage(stack.directory), records);
    }
  } finally {
    await pool.end();
  }
  return [
    rateOf(
      "shop",
      `a shop of ${orders.toLocaleString("en")} orders, with its users and lines`,
      middleOf(made),
      [{ what: "bare COPYs", ...middleOf(copies) }],
      { ...used, ...memoryFigures(readUsage(stack.directory)) },
    ),
  ];
}

const countsOf = (orders: number): Readonly<Record<string, number>> => ({
  user: Math.ceil(orders / 5),
  order: orders,
});

async function openShop(orders: number): Promise<readonly Member[]> {
  const { members } = await openDataset("shop", countsOf(orders));
  return members;
}

async function copyShop(pool: Pool, members: readonly Member[]): Promise<Timing> {
  let total: Timing = { records: 0, seconds: 0 };
  for (const { type, count, write } of members) {
    const copied = { type: storedType(type), generate: generateText(write) };
    const { records, seconds } = await timeBareCopy(pool, count, randomUUID(), copied);
    total = { records: total.records + records, seconds: total.seconds + seconds };
  }
  return total;
}

function storedType({ table, ...type }: Member["type"]): StoredType {
  if (table === null) throw new Error(`${type.name} has a table`);
  return { ...type, table };
}

/** All rounds have as many records. */
function middleOf(timings: readonly Timing[]): Timing {
  return { records: timings[0]?.records ?? 0, seconds: median(timings.map(({ seconds }) => seconds)) };
}
