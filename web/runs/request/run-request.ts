import type { Run } from "../../../ledger/runs/run.ts";
import { recordsOf } from "../../../records/changing-runs.ts";
import { shortenFaults } from "../../../records/faults/fault-rates.ts";
import { builtInType, isBuiltIn } from "../../../types/built-in.ts";

/** What was asked for in a run. */
export type AskedRun = Pick<
  Run,
  "recordType" | "requested" | "fields" | "seed" | "referenceDate" | "options" | "pace" | "chunkSize"
>;

/** The shortest request that gives the run once more: of its options those that its preset does not give by itself. */
export function runRequestOf(run: AskedRun): Record<string, unknown> {
  const { recordType, fields, seed, options, chunkSize } = run;
  return {
    ...(isBuiltIn(run) ? {} : { type: recordType.name }),
    count: recordsOf(run),
    ...(isBuiltIn(run) ? { fields: [...fields] } : {}),
    seed,
    referenceDate: shortInstant(run.referenceDate),
    ...(isBuiltIn(run) ? builtInType.options.shorten(run) : shortenFaults(options)),
    ...openPace(run),
    chunkSize,
  };
}

/** A constant rate needs no shape; that of a time series which keeps its instants follows from it. */
function openPace({ pace }: AskedRun): Record<string, unknown> {
  if (pace === null) return {};
  if (pace.shape.kind === "realtime") return { rate: pace.shape.kind };
  return pace.shape.kind === "constant" ? { rate: pace.rate } : { rate: pace.rate, shape: pace.shape };
}

/** A midnight as a date alone. */
export function shortInstant(date: Date): string {
  const text = date.toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text;
}
