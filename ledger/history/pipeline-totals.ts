import type { Queryable } from "../database/database.ts";

export interface RunTotals {
  readonly status: string;
  readonly runs: number;
  /** Of runs without an end what was planned so far. */
  readonly requested: number;
  readonly produced: number;
  readonly stored: number;
  readonly flagged: number;
  readonly deadLettered: number;
  /** Runs that are completed without every record having an outcome, which the ledger's own checks forbid. */
  readonly unbalanced: number;
}

/** The runs' counters, summed by status. */
export async function sumRuns(db: Queryable): Promise<readonly RunTotals[]> {
  const { rows } = await db.query<RunTotals>(
    `SELECT status, count(*) AS runs,
            sum(COALESCE(requested, planned_records))::float8 AS requested,
            sum(GREATEST(produced, stored + dead_lettered))::float8 AS produced,
            sum(stored)::float8 AS stored,
            sum(flagged)::float8 AS flagged,
            sum(dead_lettered)::float8 AS "deadLettered",
            count(*) FILTER (WHERE status = 'completed' AND stored + dead_lettered <> requested) AS unbalanced
       FROM runs GROUP BY status`,
  );
  return rows;
}

/** Unresolved dead letters by reason. */
export async function countUnresolvedDeadLetters(
  db: Queryable,
): Promise<readonly { readonly reason: string; readonly count: number }[]> {
  const { rows } = await db.query<{ reason: string; count: number }>(
    "SELECT reason, count(*) AS count FROM dead_letters WHERE resolved_at IS NULL GROUP BY reason",
  );
  return rows;
}

/** How much of PostgreSQL's disk the database takes. */
export async function measureDatabase(db: Queryable): Promise<{ readonly bytes: number }> {
  const { rows } = await db.query<{ bytes: number }>("SELECT pg_database_size(current_database()) AS bytes");
  return { bytes: rows[0]?.bytes ?? 0 };
}

/** How many unresolved dead letters there are, `max` where there are as many or more: no more of them are looked at. */
export async function countUnresolvedUpTo(db: Queryable, max: number): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    "SELECT count(*) AS count FROM (SELECT 1 FROM dead_letters WHERE resolved_at IS NULL LIMIT $1) AS looked_at",
    [max],
  );
  return rows[0]?.count ?? 0;
}

/** How far a partition was read, and when something of it was written last. */
export interface PartitionProgress {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: number;
  readonly updatedAt: Date;
}

export async function listPartitionProgress(
  db: Queryable,
  topics: readonly string[],
): Promise<readonly PartitionProgress[]> {
  const { rows } = await db.query<PartitionProgress>(
    `SELECT topic, kafka_partition AS partition, next_offset AS "nextOffset", updated_at AS "updatedAt"
       FROM consumer_progress WHERE topic = ANY ($1)`,
    [topics],
  );
  return rows;
}

/** Runs that have not ended, by status. */
export async function countUnfinishedRuns(
  db: Queryable,
): Promise<{ readonly queued: number; readonly running: number; readonly paused: number }> {
  const { rows } = await db.query<{ queued: number; running: number; paused: number }>(
    `SELECT count(*) FILTER (WHERE status = 'queued') AS queued,
            count(*) FILTER (WHERE status = 'running') AS running,
            count(*) FILTER (WHERE status = 'paused') AS paused
       FROM runs WHERE status IN ('queued', 'running', 'paused')`,
  );
  return rows[0] ?? { queued: 0, running: 0, paused: 0 };
}
