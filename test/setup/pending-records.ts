import type { Pool } from "../../ledger/database/database.ts";

/** Of all runs: records without an outcome whose chunks have a job, or are in Kafka. */
export async function pendingRecords(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ pending: number }>(
    `SELECT coalesce(sum(end_seq - first_seq - stored - dead_lettered), 0)::float8 AS pending
       FROM chunks WHERE closed_at IS NULL AND (job = 'due' OR produced_at IS NOT NULL)`,
  );
  return rows[0]?.pending ?? 0;
}
