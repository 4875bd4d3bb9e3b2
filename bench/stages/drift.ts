import { setTimeout as pause } from "node:timers/promises";
import { type StartedRun, secondsOf, startRun } from "../bench-runs.ts";
import { warmUp, withBenchStack } from "../bench-stack.ts";
import { type Measurement, rateOf, round } from "../measure.ts";
import { memoryFigures, readUsage } from "../process-usage.ts";

const records = 10_000_000;
const million = 1_000_000;

/** One long run: whether the last million takes longer than the first, and what the processes grow to. */
export async function benchDrift(): Promise<Measurement[]> {
  return withBenchStack({ processes: 1 }, async (stack) => {
    await warmUp(stack);
    const run = await startRun(stack.webUrl, records);
    const rates = await followMillions(run);
    const seconds = secondsOf(await run.completed());
    const [first = Number.NaN] = rates;
    const figures = {
      ...Object.fromEntries(rates.map((rate, index) => [`million${index + 1}PerSecond`, rate])),
      lastAsPartOfFirst: round((rates.at(-1) ?? Number.NaN) / first),
      ...memoryFigures(readUsage(stack.directory)),
    };
    return [rateOf("drift", "a run of 10,000,000", { records, seconds }, [], figures)];
  });
}

/** The rate of each million, from when its first record is seen stored to when the next one's is. */
async function followMillions(run: StartedRun): Promise<number[]> {
  const rates: number[] = [];
  let last = { stored: 0, atMs: performance.now() };
  while (rates.length < records / million) {
    await pause(250);
    const { stored, status } = await run.read();
    if (status !== "queued" && status !== "running" && status !== "completed") {
      throw new Error(`run ${run.id} is ${status}`);
    }
    if (stored < (rates.length + 1) * million) {
      if (status === "completed") throw new Error(`run ${run.id} is completed with ${stored} rows`);
      continue;
    }
    const now = { stored, atMs: performance.now() };
    rates.push(Math.round((1000 * (now.stored - last.stored)) / (now.atMs - last.atMs)));
    last = now;
  }
  return rates;
}
