import { type Pace, type Realtime, recordsWithin, secondsFor } from "./pace.ts";

/**
 * When each record of a run is due. It stands in the ledger as the time of one record, the anchor, from which the others
 * follow: whoever plans, whenever, plans the same. Times are seconds of the run's clock, which begins with the run and
 * stands still while it is paused.
 */
export interface Schedule {
  readonly pace: Pace;
  /** The anchor. */
  readonly seq: number;
  /** When the anchor is due. */
  readonly dueAt: number;
  /** How many seconds of the pace's shape have passed by then. */
  readonly shapeSeconds: number;
}

/** A slice of a paced run's records, which becomes a chunk. */
export interface Slice {
  readonly firstSeq: number;
  /** Exclusive. */
  readonly endSeq: number;
  /** When its first record is due. */
  readonly dueAt: number;
  /** When its last record is due. */
  readonly lastDueAt: number;
}

/** A slice is what is due within so many seconds, or one record. */
export const sliceSeconds = 0.5;

/** A share of a record that is due is due as a whole: what rounding makes of whole numbers. */
const rounding = 1e-6;

/** When a record, not before the anchor, is due. */
export function dueAt(
  { pace, seq: anchor, dueAt: anchorDueAt, shapeSeconds }: Schedule,
  seq: number,
): number {
  return anchorDueAt + secondsFor(pace, shapeSeconds, seq - anchor);
}

/**
 * The slice that begins with a record. As long as each slice begins where the one before it ended, it makes no
 * difference when, how often or by whom this is asked.
 * @param limits where the run ends (exclusive), the most records of a slice, and the time by the run's clock: readings of a time
 * series whose instants have passed are one slice, however many it would have been
 */
export function sliceFrom(
  schedule: Schedule,
  firstSeq: number,
  limits: { readonly endSeq: number; readonly maxRecords: number; readonly now: number },
): Slice {
  const { pace } = schedule;
  const firstDueAt = dueAt(schedule, firstSeq);
  const due =
    pace.shape.kind === "realtime"
      ? readingsFrom(pace.shape, firstSeq - schedule.seq, limits.now - schedule.dueAt)
      : Math.ceil(recordsWithin(pace, shapeSecondsAt(schedule, firstDueAt), sliceSeconds) - rounding);
  const records = Math.max(1, Math.min(due, limits.maxRecords));
  const endSeq = Math.min(firstSeq + records, limits.endSeq);
  return { firstSeq, endSeq, dueAt: firstDueAt, lastDueAt: dueAt(schedule, endSeq - 1) };
}

/**
 * How many readings are sent together: those of instants that have passed, or the rest of one instant. Counted by their numbers: by its
 * times the slice could take one along that is due a day later, and whose sender would wait for it.
 */
function readingsFrom(shape: Realtime, reading: number, passedSeconds: number): number {
  const { entities, everySeconds } = shape;
  const passed = Math.floor(Math.max(0, passedSeconds) / everySeconds) * entities;
  if (passed > reading) return passed - reading;
  return entities - (reading % entities);
}

/** The schedule, so many seconds later; its shape waits as well. */
export function postpone(schedule: Schedule, seconds: number): Schedule {
  return { ...schedule, dueAt: schedule.dueAt + seconds };
}

/**
 * The schedule after a change of pace. What is planned already, well under a second's worth, stays as it is. The part of a
 * record that is owed at the old pace is owed at the new one, so that changing often neither makes records nor costs any;
 * what is late is dropped.
 * @param now by the run's clock
 * @param nextSeq the first record that is not planned
 * @param restarts whether the shape begins anew, or goes on where it is
 */
export function changePace(
  schedule: Schedule,
  change: {
    readonly pace: Pace;
    readonly restarts: boolean;
    readonly now: number;
    readonly nextSeq: number;
  },
): Schedule {
  const { pace, restarts, now, nextSeq: seq } = change;
  const waiting = Math.max(0, dueAt(schedule, seq) - now);
  const shapeNow = shapeSecondsAt(schedule, now);
  const owed = recordsWithin(schedule.pace, shapeNow, waiting);
  const shapeBegins = restarts ? 0 : shapeNow;
  // More than one record ahead: so far it is planned, at the old pace.
  const untilDue = owed > 1 + rounding ? waiting : secondsFor(pace, shapeBegins, owed);
  return { pace, seq, dueAt: now + untilDue, shapeSeconds: shapeBegins + untilDue };
}

function shapeSecondsAt(schedule: Schedule, seconds: number): number {
  return Math.max(0, schedule.shapeSeconds + seconds - schedule.dueAt);
}
