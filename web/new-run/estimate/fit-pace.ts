import type { RunPace } from "../../../ledger/history/recent-paces.ts";

/** How long runs take: a part that each takes, and a time for each record. */
export interface MeasuredPace {
  readonly fixedSeconds: number;
  readonly recordsPerSecond: number;
  /** On how many runs it rests. */
  readonly runs: number;
  /** Records of the largest of them. */
  readonly largestRecords: number;
  /** Whether no run was large enough to tell the start from the rate. */
  readonly isAssumed: boolean;
  /** Three in four of the largest took so much longer or shorter at most, as a share; null of too few. */
  readonly spread: number | null;
}

/** In a run with fewer records the start weighs more than they do. */
export const largeRecords = 10_000;
/**
 * What one run alone does not tell is taken to be as it was measured elsewhere: a run's start takes as long as so many
 * records. On an idle machine of two cores those were 2,900 (docs/performance.md), on one with twenty other things to do 7,000.
 */
const recordsOfStart = 4_000;
/** Of two runs less different in size the difference in time is chance. */
const tellingRatio = 4;
const mostRunsOfASize = 20;
const fewestForSpread = 3;

type Line = Pick<MeasuredPace, "fixedSeconds" | "recordsPerSecond">;

/**
 * Fits a line to the latest runs, large and small ones: of those through two runs of different size, and those through
 * one, the line with the least sum of deviations, each as a ratio. So a run that something held up moves it little, and
 * a second more or less of a long run does not outweigh the short ones. Null where there is no run.
 */
export function fitPace(paces: readonly RunPace[]): MeasuredPace | null {
  const large = paces.filter(({ records }) => records >= largeRecords).slice(0, mostRunsOfASize);
  const small = paces.filter(({ records }) => records < largeRecords).slice(0, mostRunsOfASize);
  const runs = [...large, ...small];
  const lines = [
    ...runs.map(lineThrough),
    ...large.flatMap((one) => runs.flatMap((other) => lineThroughBoth(one, other))),
  ];
  const best = leastBy(lines, (line) => runs.reduce((sum, run) => sum + deviation(line, run), 0));
  if (best === null) return null;
  return {
    ...best,
    runs: runs.length,
    largestRecords: Math.max(...runs.map(({ records }) => records)),
    isAssumed: large.length === 0,
    spread: spreadAbout(best, large.length > 0 ? large : small),
  };
}

export const secondsOn = ({ fixedSeconds, recordsPerSecond }: Line, records: number): number =>
  fixedSeconds + records / recordsPerSecond;

/** How many times longer or shorter the run took than the line says, as a logarithm. */
const deviation = (line: Line, { records, seconds }: RunPace): number =>
  Math.abs(Math.log(seconds / secondsOn(line, records)));

function lineThrough({ records, seconds }: RunPace): Line {
  const recordsPerSecond = (records + recordsOfStart) / seconds;
  return { fixedSeconds: recordsOfStart / recordsPerSecond, recordsPerSecond };
}

function lineThroughBoth(large: RunPace, other: RunPace): Line[] {
  if (large.records < tellingRatio * other.records || large.seconds <= other.seconds) return [];
  const recordsPerSecond = (large.records - other.records) / (large.seconds - other.seconds);
  const fixedSeconds = other.seconds - other.records / recordsPerSecond;
  return [
    fixedSeconds < 0
      ? { fixedSeconds: 0, recordsPerSecond: large.records / large.seconds }
      : { fixedSeconds, recordsPerSecond },
  ];
}

function spreadAbout(line: Line, runs: readonly RunPace[]): number | null {
  if (runs.length < fewestForSpread) return null;
  const deviations = runs.map((run) => deviation(line, run)).sort((a, b) => a - b);
  return Math.expm1(deviations[Math.ceil(0.75 * deviations.length) - 1] ?? 0);
}

function leastBy<T>(values: readonly T[], cost: (value: T) => number): T | null {
  let best: { readonly value: T; readonly cost: number } | null = null;
  for (const value of values) {
    const found = cost(value);
    if (best === null || found < best.cost) best = { value, cost: found };
  }
  return best?.value ?? null;
}
