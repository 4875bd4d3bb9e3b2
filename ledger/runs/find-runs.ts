import type { Queryable } from "../database/database.ts";
import { isRunId, type Run, type RunRow, runColumns, toRun } from "./run.ts";

/** One run, or null where the id names none (or is no id). */
export async function findRun(db: Queryable, id: string): Promise<Run | null> {
  if (!isRunId(id)) return null;
  const { rows } = await db.query<RunRow>(`SELECT ${runColumns} FROM runs WHERE id = $1`, [id]);
  return rows[0] === undefined ? null : toRun(rows[0]);
}

/** Ids of runs that must have a job, neither finished nor paused: the oldest `limit` of those behind the run `after`. */
export async function listUnfinishedRunIds(
  db: Queryable,
  limit: number,
  after: string | null = null,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM runs
      WHERE status IN ('queued', 'running') AND ($2::uuid IS NULL OR id > $2)
      ORDER BY id LIMIT $1`,
    [limit, after],
  );
  return rows.map((row) => row.id);
}

/** The idempotency key with which a run was asked for, or null. */
export async function findIdempotencyKey(db: Queryable, id: string): Promise<string | null> {
  const { rows } = await db.query<{ idempotency_key: string | null }>(
    "SELECT idempotency_key FROM runs WHERE id = $1",
    [id],
  );
  return rows[0]?.idempotency_key ?? null;
}
