import { inTransaction, type Pool } from "../database/database.ts";
import type { Pace, Shape } from "./pace.ts";
import { findChunkFaults } from "./pace-request.ts";
import { isTerminal, type Run, type RunRow, type RunStatus, runColumns, toRun } from "./run.ts";
import { notifyRunChanged } from "./run-changes.ts";
import { findSchedule, type ScheduleRow, scheduleColumns, writeSchedule } from "./run-schedule.ts";
import { changePace } from "./schedule.ts";

/** What is to be another: what is left out stays. */
export interface PaceChange {
  /** Records a second; null: as fast as can be, from now on. */
  readonly rate?: number | null | undefined;
  /** Begins anew; left out, the run's shape goes on where it is. */
  readonly shape?: Shape | undefined;
}

export type ChangedPace =
  | { readonly kind: "done"; readonly run: Run }
  | { readonly kind: "refused"; readonly run: Run }
  /** Neither the change nor the run has the rate that is needed, by a shape or by a run without an end. */
  | { readonly kind: "rate_needed"; readonly by: "shape" | "endless" }
  /** Its chunks cannot be sent so. */
  | { readonly kind: "unfit"; readonly faults: ReturnType<typeof findChunkFaults> }
  /** Its records are due when their instants come. */
  | { readonly kind: "realtime" }
  | { readonly kind: "not_found" };

export type ChangeRunPace = (id: string, change: PaceChange) => Promise<ChangedPace>;

/**
 * Changes the pace of a run that has not ended. It takes effect with the next slice, in well under a second; chunks of a
 * run that had no rate are made at once where they are planned already.
 */
export function changeRunPace(pool: Pool, id: string, change: PaceChange): Promise<ChangedPace> {
  return inTransaction(pool, async (client) => {
    const found = await client.query<
      ScheduleRow & { status: RunStatus; requested: number | null; chunk_multiple: number }
    >(
      `SELECT status, requested, planned_records, chunk_multiple, ${scheduleColumns} FROM runs WHERE id = $1 FOR NO KEY UPDATE`,
      [id],
    );
    const row = found.rows[0];
    if (row === undefined) return { kind: "not_found" };
    if (row.shape?.kind === "realtime") return { kind: "realtime" };
    const rate = change.rate === undefined ? row.rate : change.rate;
    if (rate === null && change.shape !== undefined) return { kind: "rate_needed", by: "shape" };
    if (rate === null && row.requested === null) return { kind: "rate_needed", by: "endless" };

    const faults = findChunkFaults({ rate: rate ?? undefined, shape: change.shape }, row.chunk_multiple);
    if (faults.length > 0) return { kind: "unfit", faults };

    const isOver = isTerminal(row.status);
    if (!isOver) {
      const pace: Pace | null =
        rate === null ? null : { rate, shape: change.shape ?? row.shape ?? { kind: "constant" } };
      await client.query(
        `UPDATE runs
            SET rate = $2::float8, shape = $3,
                clock_from = CASE WHEN $2::float8 IS NOT NULL THEN clock_from END,
                anchor_seq = CASE WHEN $2::float8 IS NOT NULL THEN anchor_seq END,
                anchor_due_seconds = CASE WHEN $2::float8 IS NOT NULL THEN anchor_due_seconds END,
                anchor_shape_seconds = CASE WHEN $2::float8 IS NOT NULL THEN anchor_shape_seconds END
          WHERE id = $1`,
        [id, pace?.rate ?? null, pace?.shape ?? null],
      );
      const current = findSchedule(row);
      // A run that has not begun, or had no rate, begins its schedule when it is next planned.
      if (pace !== null && current !== null && !current.isNew) {
        const { now } = current;
        const restarts = change.shape !== undefined;
        await writeSchedule(
          client,
          id,
          changePace(current.schedule, { pace, restarts, now, nextSeq: row.planned_records }),
        );
      }
      await notifyRunChanged(client, [id]);
    }
    const changed = await client.query<RunRow>(`SELECT ${runColumns} FROM runs WHERE id = $1`, [id]);
    const run = changed.rows[0];
    if (run === undefined) throw new Error(`run ${id} is gone in the middle of a transaction on it`);
    return isOver ? { kind: "refused", run: toRun(run) } : { kind: "done", run: toRun(run) };
  });
}
