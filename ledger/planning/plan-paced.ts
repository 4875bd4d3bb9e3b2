import type { Client } from "../database/database.ts";
import { isRealtime } from "../runs/pace.ts";
import { type FoundSchedule, writeSchedule } from "../runs/run-schedule.ts";
import { dueAt, postpone, sliceFrom, sliceSeconds } from "../runs/schedule.ts";
import { openAllotment, weightOf } from "./allot.ts";
import {
  chunkEnd,
  type LookAgain,
  maxChunkIndex,
  type NewChunk,
  type Planned,
  type PlannedRun,
  type Room,
} from "./plan.ts";

/** So long before its first record is due a slice is planned: its job is in a worker's hands by then. */
const leadSeconds = 0.25;

/**
 * How much of its schedule a run may make up for in a burst, in seconds of it: what is planned and late, and what should
 * have been planned by now. What is later than that is not made up for; the schedule is postponed.
 */
const allowanceSeconds = 2;

/** Of that, what should have been planned: its planner was killed, or had no room. */
const unplannedAllowanceSeconds = 1;

/**
 * Plans the slices of a paced run that are due, or will be in a moment. They follow from the ledger, so that whoever goes
 * on with the planning, after whatever pause, goes on exactly. What was planned before a pause comes first.
 * @param heldUpMs how soon one that is held up looks again, whether or not anything has happened
 */
export async function planPaced(
  client: Client,
  run: PlannedRun,
  found: FoundSchedule,
  room: Room,
  heldUpMs: number,
): Promise<Planned & { readonly lookAgain: LookAgain }> {
  const { now } = found;
  const { take } = openAllotment(room);
  let pending = room.pendingRecords;
  const fits = (chunk: { readonly firstSeq: number; readonly endSeq: number }): boolean => {
    const weight = weightOf(chunk, room);
    // A run with nothing pending always gets a chunk, however small its share is.
    if (pending > 0 && pending + weight > room.shareRecords) return false;
    if (!take(chunk)) return false;
    pending += weight;
    return true;
  };
  const returning = takeWhile(run.shelved, fits);
  const heldUp = { returning, chunks: [], lookAgain: { inMs: heldUpMs, atProgress: true } };
  if (returning.length < run.shelved.length) return heldUp;
  let { schedule } = found;
  // Readings of instants that have passed stay due, however late they are, and come as fast as there is room for them.
  const keepsInstants = isRealtime(schedule.pace);
  if (!keepsInstants) {
    const late = await sumLateSeconds(client, run.id, schedule.pace.rate, now);
    if (late >= allowanceSeconds) return heldUp;
    const allowed = Math.min(unplannedAllowanceSeconds, allowanceSeconds - late);
    const tooLate = now - dueAt(schedule, run.plannedRecords) - allowed;
    if (tooLate > 0) schedule = postpone(schedule, tooLate);
  }

  const limits = {
    endSeq: run.requested ?? Number.MAX_SAFE_INTEGER,
    maxRecords: Math.min(run.chunkSize, room.mostOfChunk),
    now,
  };
  const chunks: NewChunk[] = [];
  let next = run.plannedRecords;
  let hasRoom = true;
  while (next < limits.endSeq && dueAt(schedule, next) <= now + leadSeconds) {
    const index = run.plannedChunks + chunks.length;
    const due = sliceFrom(schedule, next, limits);
    const endSeq = chunkEnd(run, next, Math.max(run.chunkMultiple, due.endSeq - next));
    const slice = endSeq === due.endSeq ? due : { ...due, endSeq, lastDueAt: dueAt(schedule, endSeq - 1) };
    hasRoom = index <= maxChunkIndex && fits(slice);
    if (!hasRoom) break;
    const { firstSeq } = slice;
    chunks.push({ index, firstSeq, endSeq, due: { first: slice.dueAt, last: slice.lastDueAt } });
    next = endSeq;
  }
  if (schedule !== found.schedule || found.isNew) await writeSchedule(client, run.id, schedule);
  if (!hasRoom) return { ...heldUp, chunks };
  if (next === limits.endSeq) return { returning, chunks, lookAgain: { inMs: null, atProgress: false } };
  const inMs = Math.max(1, Math.ceil((dueAt(schedule, next) - leadSeconds - now) * 1000));
  return { returning, chunks, lookAgain: { inMs, atProgress: false } };
}

function takeWhile<Item>(items: readonly Item[], isTaken: (item: Item) => boolean): readonly Item[] {
  const end = items.findIndex((item) => !isTaken(item));
  return end === -1 ? items : items.slice(0, end);
}

/** How many seconds of the schedule are planned, late and not yet produced. */
async function sumLateSeconds(client: Client, runId: string, rate: number, now: number): Promise<number> {
  const { rows } = await client.query<{ late: number }>(
    `SELECT coalesce(sum(LEAST((end_seq - first_seq) / $2::float8, $3)), 0)::float8 AS late
       FROM chunks
      WHERE run_id = $1 AND closed_at IS NULL AND produced_at IS NULL AND last_due_seconds < $4`,
    [runId, rate, sliceSeconds, now],
  );
  return rows[0]?.late ?? 0;
}
