import { secondsOf, startRun } from "../bench-runs.ts";
import { type BenchStack, warmUp } from "../bench-stack.ts";
import { type Measurement, quantile } from "../measure.ts";

const records = 1_000;
const runs = 30;

/** How long small runs take on an idle stack, one behind the other. */
export async function benchLatency(stack: BenchStack): Promise<Measurement[]> {
  await warmUp(stack);
  const milliseconds: number[] = [];
  for (let index = 0; index < runs; index++) {
    const run = await startRun(stack.webUrl, records);
    milliseconds.push(Math.round(1000 * secondsOf(await run.completed())));
  }
  const figures = { p50Ms: quantile(milliseconds, 0.5), p95Ms: quantile(milliseconds, 0.95) };
  return [{ stage: "latency", what: "a run of 1,000", records, recordsPerSecond: null, limits: [], figures }];
}
