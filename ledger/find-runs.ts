import type { Queryable } from "./database.ts";
import { isRunId, type Run, type RunRow, type RunStatus, runColumns, toRun } from "./run.ts";

/** One run, or null where the id names none (or is no id). */
export async function findRun(db: Queryable, id: string): Promise<Run | null> {
  if (!isRunId(id)) return null;
  const { rows } = await db.query<RunRow>(`SELECT ${runColumns} FROM runs WHERE id = $1`, [id]);
  return rows[0] === undefined ? null : toRun(rows[0]);
}

export interface RunPage {
  readonly runs: readonly Run[];
  /** Pass as `before` to get the next page; null on the last one. */
  readonly nextBefore: string | null;
}

/** Runs, newest first. Paged by id, which grows with time (UUID version 7), so a late page costs no more than the first. */
export async function listRuns(
  db: Queryable,
  query: { readonly limit: number; readonly before: string | null; readonly status: RunStatus | null },
): Promise<RunPage> {
  const { rows } = await db.query<RunRow>(
    `SELECT ${runColumns}
       FROM runs
      WHERE ($1::uuid IS NULL OR id < $1) AND ($2::text IS NULL OR status = $2)
      ORDER BY id DESC
      LIMIT $3`,
    [query.before, query.status, query.limit + 1],
  );
  const page = rows.slice(0, query.limit).map(toRun);
  return { runs: page, nextBefore: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null };
}

/** Ids of runs that must have a job: the oldest `limit` of those neither finished nor paused. */
export async function listUnfinishedRunIds(db: Queryable, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM runs WHERE status IN ('queued', 'running') ORDER BY id LIMIT $1`,
    [limit],
  );
  return rows.map((row) => row.id);
}
