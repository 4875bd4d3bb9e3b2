import type { Queryable } from "../database/database.ts";
import { changeStatus, isWhereItLeads, type RunCommand } from "../runs/control-run.ts";
import type { Run } from "../runs/run.ts";
import type { Dataset } from "./dataset.ts";
import { findDataset } from "./find-datasets.ts";

export type ControlledDataset =
  /** `changed`: the runs to which it made a difference. */
  | { readonly kind: "done"; readonly dataset: Dataset; readonly changed: readonly Run[] }
  | { readonly kind: "refused"; readonly dataset: Dataset }
  | { readonly kind: "not_found" };

/**
 * Cancels, pauses or resumes all runs of a dataset that have not ended, at once: all of them or, where the database fails,
 * none. Refused where there is none to which it applies.
 */
export async function controlDataset(
  db: Queryable,
  id: string,
  command: RunCommand,
): Promise<ControlledDataset> {
  const found = await findDataset(db, id);
  if (found === null) return { kind: "not_found" };
  const changed = await changeStatus(
    db,
    found.runs.map((run) => run.id),
    command,
  );
  const dataset = (await findDataset(db, id)) ?? found;
  const isDone = changed.length > 0 || dataset.runs.some((run) => isWhereItLeads(command, run));
  return isDone ? { kind: "done", dataset, changed } : { kind: "refused", dataset };
}
