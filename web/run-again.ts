import type { Run } from "../ledger/run.ts";
import { runFormQuery } from "./run-form.ts";

/** A midnight as a date alone. */
export function shortDate(date: Date): string {
  const text = date.toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text;
}

/**
 * Where the form stands filled in with what a run was asked for, but for the seed where it is to be a new one. Every option
 * that a run can have belongs here.
 */
export function runAgainUrl(run: Run, seed: "same" | "new"): string {
  const query = runFormQuery({
    count: String(run.requested),
    fields: run.fields,
    seed: seed === "same" ? String(run.seed) : "",
    referenceDate: shortDate(run.referenceDate),
    chunkSize: String(run.chunkSize),
  });
  return `/?${query}`;
}
