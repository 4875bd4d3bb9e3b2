import type { Client } from "./database.ts";
import { maxChunkIndex, type NewChunk, type Plan, type Planned } from "./plan.ts";
import { type FoundSchedule, writeSchedule } from "./run-schedule.ts";
import { dueAt, postpone, sliceFrom, sliceSeconds } from "./schedule.ts";

/** So long before its first record is due a slice is planned: its job is in a worker's hands by then. */
const leadSeconds = 0.25;

/**
 * How much of its schedule a run may make up for in a burst, in seconds of it: what is planned and late, and what should
 * have been planned by now. What is later than that is not made up for; the schedule is postponed.
 */
const allowanceSeconds = 2;

/** Of that, what should have been planned: its planner was killed, or had no room. */
const unplannedAllowanceSeconds = 1;

/** How soon a run that is held up looks again, whether or not anything has happened. */
const heldUpMs = 1_000;

/**
 * Plans the slices of a paced run that are due, or will be in a moment. They follow from the ledger, so that whoever goes
 * on with the planning, after whatever pause, goes on exactly.
 */
export async function planPaced(client: Client, plan: Plan, found: FoundSchedule): Promise<Planned> {
  const { now } = found;
  const late = await sumLateSeconds(client, plan.runId, found.schedule.pace.rate, now);
  const heldUp: Planned = { chunks: [], lookAgain: { inMs: heldUpMs, atProgress: true } };
  if (late >= allowanceSeconds) return heldUp;

  let { schedule } = found;
  const allowed = Math.min(unplannedAllowanceSeconds, allowanceSeconds - late);
  const tooLate = now - dueAt(schedule, plan.firstSeq) - allowed;
  if (tooLate > 0) schedule = postpone(schedule, tooLate);

  const chunks: NewChunk[] = [];
  let pending = plan.room.pendingRecords;
  let next = plan.firstSeq;
  let hasRoom = true;
  while (next < plan.endSeq && dueAt(schedule, next) <= now + leadSeconds) {
    const index = plan.firstIndex + chunks.length;
    const slice = sliceFrom(schedule, next, plan);
    const records = slice.endSeq - slice.firstSeq;
    // A run with nothing pending always gets a chunk, however small its share is.
    hasRoom = index <= maxChunkIndex && (pending === 0 || pending + records <= plan.room.shareRecords);
    if (!hasRoom) break;
    const { firstSeq, endSeq } = slice;
    chunks.push({ index, firstSeq, endSeq, due: { first: slice.dueAt, last: slice.lastDueAt } });
    pending += records;
    next = endSeq;
  }
  if (schedule !== found.schedule || found.isNew) await writeSchedule(client, plan.runId, schedule);
  if (!hasRoom) return { ...heldUp, chunks };
  if (next === plan.endSeq) return { chunks, lookAgain: { inMs: null, atProgress: true } };
  const inMs = Math.max(1, Math.ceil((dueAt(schedule, next) - leadSeconds - now) * 1000));
  return { chunks, lookAgain: { inMs, atProgress: false } };
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
