import type { Run } from "../../ledger/runs/run.ts";

/** What follows from a run's counters. */
export interface RunNumbers {
  /** Records that have their outcome. */
  readonly accounted: number;
  /** What was asked for; of an endless run what has been produced so far. */
  readonly expected: number;
  /** Expected, and without an outcome yet. */
  readonly outstanding: number;
  /** Of what was requested, 0 to 100; null of an endless run. */
  readonly accountedPercent: number | null;
  /** Since the run's start; null before it. */
  readonly elapsedMs: number | null;
  /** On average since the start. */
  readonly recordsPerSecond: number | null;
}

export function runNumbers(run: Run, nowMs: number): RunNumbers {
  const accounted = run.stored + run.deadLettered;
  const expected = run.requested ?? run.produced;
  const elapsedMs =
    run.startedAt === null
      ? null
      : Math.max(0, (run.finishedAt?.getTime() ?? nowMs) - run.startedAt.getTime());
  return {
    accounted,
    expected,
    outstanding: expected - accounted,
    // Rounded down: 100 % is said only where nothing is missing.
    accountedPercent:
      run.requested === null ? null : Math.floor((accounted / Math.max(expected, 1)) * 1000) / 10,
    elapsedMs,
    recordsPerSecond:
      elapsedMs === null || elapsedMs === 0 || accounted === 0 ? null : (accounted / elapsedMs) * 1000,
  };
}
