import { setTimeout as pause } from "node:timers/promises";
import { type BenchStack, withBenchStack } from "../bench-stack.ts";
import type { Measurement } from "../measure.ts";
import { readUsage } from "../process-usage.ts";

/**
 * What starting leaves to be done: V8 goes once through the heap of a process that has come to rest, which takes 0.2 to 0.3 CPU seconds of each,
 * half a minute to a minute after its start, and never again.
 */
const settleMs = 75_000;
const measuredMs = 45_000;

/** What a stack on which nothing happens takes of a core, in percent. */
export function benchIdle(): Promise<Measurement[]> {
  return withBenchStack({ processes: 1 }, async ({ directory }: BenchStack) => {
    await pause(settleMs);
    const before = readUsage(directory).cpuSeconds;
    await pause(measuredMs);
    const after = readUsage(directory).cpuSeconds;
    const percent = (...names: readonly string[]): number => {
      const seconds = names.map((name) => (after.get(name) ?? 0) - (before.get(name) ?? 0));
      return Math.round((seconds.reduce((sum, one) => sum + one) / measuredMs) * 1e7) / 100;
    };
    const figures = {
      ...Object.fromEntries([...after.keys()].map((name) => [`${name}PercentOfACore`, percent(name)])),
      ownProcessesPercentOfACore: percent("web", "worker", "consumer"),
    };
    const what = "a stack on which nothing happens";
    return [{ stage: "idle", what, records: 0, recordsPerSecond: null, limits: [], figures }];
  });
}
