import type { Run } from "../../ledger/runs/run.ts";
import { runFormQuery } from "../new-run/run-form.ts";

/** Where the form stands filled in with what a run was asked for, but for the seed where it is to be a new one. */
export function runAgainUrl(run: Run, seed: "same" | "new"): string {
  return `/?${runFormQuery(run, { withSeed: seed === "same" })}`;
}
