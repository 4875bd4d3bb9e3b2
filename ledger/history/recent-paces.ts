import type { Queryable } from "../database/database.ts";

/** How fast a run was that has been completed, as fast as it could be. */
export interface RunPace {
  readonly records: number;
  /** From its first chunk to its last record. */
  readonly seconds: number;
}

/** Looked at no further back, however long ago the last completed run was. */
const recentRuns = 200;

/** The completed ones of the latest runs, newest first; those that had a rate or a pause did not go as fast as they could. */
export async function listRecentPaces(db: Queryable): Promise<readonly RunPace[]> {
  const { rows } = await db.query<RunPace>(
    `SELECT stored + dead_lettered AS records,
            EXTRACT(EPOCH FROM finished_at - started_at)::float8 AS seconds
       FROM (SELECT * FROM runs ORDER BY id DESC LIMIT $1) AS recent
      WHERE status = 'completed' AND finished_at > started_at AND rate IS NULL AND NOT was_paused
      ORDER BY id DESC`,
    [recentRuns],
  );
  return rows;
}
