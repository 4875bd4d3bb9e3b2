import type { Queryable } from "../database/database.ts";
import type { Pace } from "./pace.ts";
import type { Schedule } from "./schedule.ts";

/** What a schedule is read of; `run_clock` is NULL where there is none yet. */
export const scheduleColumns = `
  rate, shape, anchor_seq, anchor_due_seconds, anchor_shape_seconds,
  EXTRACT(EPOCH FROM coalesce(paused_at, clock_timestamp()) - clock_from)::float8 AS run_clock`;

export interface ScheduleRow {
  readonly planned_records: number;
  readonly rate: number | null;
  readonly shape: Pace["shape"] | null;
  readonly anchor_seq: number | null;
  readonly anchor_due_seconds: number | null;
  readonly anchor_shape_seconds: number | null;
  readonly run_clock: number | null;
}

export interface FoundSchedule {
  readonly schedule: Schedule;
  /** By the run's clock. */
  readonly now: number;
  /** Whether it begins now. */
  readonly isNew: boolean;
}

/**
 * The schedule that a run has from the first: that of a time series' readings, whose clock has begun with their reference date, and is
 * nobody's to stop. Null: the schedule begins when the run is planned.
 */
export function firstSchedule(pace: Pace | null): Schedule | null {
  if (pace?.shape.kind !== "realtime") return null;
  return { pace, seq: 0, dueAt: pace.shape.jitterSeconds, shapeSeconds: 0 };
}

/** A run's schedule as it stands in the ledger, or as it begins; null where the run has no pace. */
export function findSchedule(row: ScheduleRow): FoundSchedule | null {
  const { rate, shape, anchor_seq, anchor_due_seconds, anchor_shape_seconds, run_clock } = row;
  if (rate === null || shape === null) return null;
  const pace = { rate, shape };
  if (
    anchor_seq === null ||
    anchor_due_seconds === null ||
    anchor_shape_seconds === null ||
    run_clock === null
  ) {
    return { schedule: { pace, seq: row.planned_records, dueAt: 0, shapeSeconds: 0 }, now: 0, isNew: true };
  }
  const schedule = { pace, seq: anchor_seq, dueAt: anchor_due_seconds, shapeSeconds: anchor_shape_seconds };
  return { schedule, now: run_clock, isNew: false };
}

/** Writes a run's schedule; one that begins now sets the run's clock to 0. */
export async function writeSchedule(db: Queryable, runId: string, schedule: Schedule): Promise<void> {
  await db.query(
    `UPDATE runs
        SET clock_from = coalesce(clock_from, clock_timestamp()),
            anchor_seq = $2, anchor_due_seconds = $3, anchor_shape_seconds = $4
      WHERE id = $1`,
    [runId, schedule.seq, schedule.dueAt, schedule.shapeSeconds],
  );
}
