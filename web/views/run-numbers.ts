import type { Run } from "../../ledger/run.ts";
import { formatCount } from "./format.ts";

/** What follows from a run's counters. */
export interface RunNumbers {
  /** Records that have their outcome. */
  readonly accounted: number;
  readonly outstanding: number;
  /** Of what was requested, 0 to 100. */
  readonly accountedPercent: number;
  /** Since the run's start; null before it. */
  readonly elapsedMs: number | null;
  /** On average since the start. */
  readonly recordsPerSecond: number | null;
}

export function runNumbers(run: Run, nowMs: number): RunNumbers {
  const accounted = run.stored + run.deadLettered;
  const elapsedMs =
    run.startedAt === null
      ? null
      : Math.max(0, (run.finishedAt?.getTime() ?? nowMs) - run.startedAt.getTime());
  return {
    accounted,
    outstanding: run.requested - accounted,
    // Rounded down: 100 % is said only where nothing is missing.
    accountedPercent: Math.floor((accounted / run.requested) * 1000) / 10,
    elapsedMs,
    recordsPerSecond:
      elapsedMs === null || elapsedMs === 0 || accounted === 0 ? null : (accounted / elapsedMs) * 1000,
  };
}

/** How many records a run is to have, for a person; null is a run without an end. */
export const formatRequested = (requested: number | null): string =>
  requested === null ? "endless" : formatCount(requested);
