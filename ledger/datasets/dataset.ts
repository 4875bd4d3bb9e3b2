import type { Queryable } from "../database/database.ts";
import { type Run, type RunRow, type RunStatus, runColumns, toRun } from "../runs/run.ts";

/** What was asked of each type, by its name: how many records, where that does not follow from another's, and its options. */
export type TypeRequests = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** One request for records of several types that belong together, with a run of each. */
export interface Dataset {
  readonly id: string;
  readonly createdAt: Date;
  readonly seed: number;
  readonly referenceDate: Date;
  /** Asks for the same once more, with seed and reference date. */
  readonly types: TypeRequests;
  /** Those to which others refer come first. */
  readonly runs: readonly Run[];
}

/** Of all runs of a dataset. One without an end is running until it is cancelled. */
export function statusOf(runs: readonly Pick<Run, "status">[]): RunStatus {
  const has = (status: RunStatus): boolean => runs.some((run) => run.status === status);
  if (has("failed")) return "failed";
  if (has("cancelled")) return "cancelled";
  if (runs.every(({ status }) => status === "completed")) return "completed";
  if (has("paused")) return "paused";
  return has("running") || has("completed") ? "running" : "queued";
}

export const datasetColumns = "id, created_at, seed, reference_date, types";

export interface DatasetRow {
  readonly id: string;
  readonly created_at: Date;
  readonly seed: number;
  readonly reference_date: Date;
  readonly types: TypeRequests;
}

/** Datasets of rows, with their runs. */
export async function toDatasets(db: Queryable, rows: readonly DatasetRow[]): Promise<readonly Dataset[]> {
  // Ids grow: the runs come in the order in which they were written.
  const found = await db.query<RunRow>(
    `SELECT ${runColumns} FROM runs WHERE dataset_id = ANY ($1::uuid[]) ORDER BY dataset_id, id`,
    [rows.map(({ id }) => id)],
  );
  const runs = found.rows.map(toRun);
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at,
    seed: row.seed,
    referenceDate: row.reference_date,
    types: row.types,
    runs: runs.filter(({ datasetId }) => datasetId === row.id),
  }));
}
