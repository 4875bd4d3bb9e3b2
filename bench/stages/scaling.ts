import { secondsOf, startRun } from "../bench-runs.ts";
import { warmUp, withBenchStack } from "../bench-stack.ts";
import { type Measurement, median, rateOf } from "../measure.ts";
import { cpuFigures, readUsage } from "../process-usage.ts";

const records = 300_000;
const rounds = 3;

/** The same run with more workers and consumers, on a fresh stack each. */
export async function benchScaling(): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const processes of [1, 2, 4]) {
    measurements.push(
      await withBenchStack({ processes }, async (stack) => {
        await warmUp(stack);
        const before = readUsage(stack.directory);
        const seconds: number[] = [];
        for (let round = 0; round < rounds; round++) {
          seconds.push(secondsOf(await (await startRun(stack.webUrl, records)).completed()));
        }
        const { allCpuSecondsPer100k = Number.NaN } = cpuFigures(
          before,
          readUsage(stack.directory),
          rounds * records,
        );
        const what = `${processes} of workers and of consumers`;
        return rateOf("scaling", what, { records, seconds: median(seconds) }, [], { allCpuSecondsPer100k });
      }),
    );
  }
  return measurements;
}
