import type { Pool } from "../../ledger/database/database.ts";
import { createdRun } from "./runs.ts";

/** A run as it stands in the ledger once all its records are stored. */
export interface CompletedRun {
  readonly records: number;
  readonly seconds: number;
  /** Records a second that it was asked to go at; as fast as it could where it is left out. */
  readonly rate?: number;
}

/** Enters a run that has been completed. @returns its id */
export async function enterCompletedRun(
  pool: Pool,
  { records, seconds, rate }: CompletedRun,
): Promise<string> {
  const pace = rate === undefined ? null : { rate, shape: { kind: "constant" } as const };
  const { id } = await createdRun(pool, { count: records, pace });
  await pool.query(
    `UPDATE runs
        SET status = 'completed', planned_records = requested, produced = requested, stored = requested,
            started_at = created_at, finished_at = created_at + make_interval(secs => $2)
      WHERE id = $1`,
    [id, seconds],
  );
  return id;
}
