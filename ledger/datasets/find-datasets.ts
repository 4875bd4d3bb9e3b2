import type { Queryable } from "../database/database.ts";
import { isRunId } from "../runs/run.ts";
import { type Dataset, type DatasetRow, datasetColumns, toDatasets } from "./dataset.ts";

/** One dataset, or null where the id names none (or is no id). */
export async function findDataset(db: Queryable, id: string): Promise<Dataset | null> {
  if (!isRunId(id)) return null;
  const { rows } = await db.query<DatasetRow>(`SELECT ${datasetColumns} FROM datasets WHERE id = $1`, [id]);
  return (await toDatasets(db, rows))[0] ?? null;
}

export interface DatasetPage {
  readonly datasets: readonly Dataset[];
  /** Pass as `before` to get the next page; null on the last one. */
  readonly nextBefore: string | null;
}

/** A page of datasets, the newest first: ids grow with time (UUID version 7). */
export async function listDatasets(
  db: Queryable,
  { limit, before }: { readonly limit: number; readonly before: string | null },
): Promise<DatasetPage> {
  const { rows } = await db.query<DatasetRow>(
    `SELECT ${datasetColumns} FROM datasets WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
    [before, limit + 1],
  );
  const page = rows.slice(0, limit);
  return {
    datasets: await toDatasets(db, page),
    nextBefore: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
}
