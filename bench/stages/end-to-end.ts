import { setTimeout as pause } from "node:timers/promises";
import { type Measurement, measurement, median } from "../measure.ts";

const records = 300_000;
const smallRuns = 20;

interface Run {
  readonly id: string;
  readonly status: string;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly error: string | null;
}

/** Whole runs through a whole stack: throughput of a large one, and how long a run of 1,000 takes on an idle stack. */
export async function benchEndToEnd(webUrl: string): Promise<Measurement[]> {
  // Warms up what a stack that has been up for a while has warm.
  await seconds(webUrl, 20_000);
  const large = await seconds(webUrl, records);
  const small: number[] = [];
  for (let index = 0; index < smallRuns; index++) small.push(await seconds(webUrl, 1_000));
  small.sort((a, b) => a - b);
  return [
    measurement("end to end", records, large, null),
    measurement("run of 1,000", 1_000, median(small), null, {
      p50Ms: Math.round(median(small) * 1000),
      p95Ms: Math.round((small[Math.floor(small.length * 0.95)] ?? Number.NaN) * 1000),
    }),
  ];
}

/** Seconds from the request to the completion of a run, by the ledger's clock. */
async function seconds(webUrl: string, count: number): Promise<number> {
  const response = await fetch(`${webUrl}/api/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ count, seed: 42 }),
  });
  let run = (await response.json()) as Run;
  while (run.finishedAt === null) {
    await pause(50);
    run = (await (await fetch(`${webUrl}/api/runs/${run.id}`)).json()) as Run;
  }
  if (run.status !== "completed") throw new Error(`run ${run.id} is ${run.status}: ${run.error}`);
  return (Date.parse(run.finishedAt) - Date.parse(run.createdAt)) / 1000;
}
