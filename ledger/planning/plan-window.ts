import { type Chunk, type ChunkRow, type PlannedChunks, toChunk } from "../chunks/chunk.ts";
import type { Client, Pool } from "../database/database.ts";
import { failRun } from "../runs/control-run.ts";
import type { RunStatus } from "../runs/run.ts";
import { notifyRunChanged } from "../runs/run-changes.ts";
import { findSchedule, type ScheduleRow, scheduleColumns } from "../runs/run-schedule.ts";
import { allot } from "./allot.ts";
import { type LookAgain, maxChunkIndex, type Planned } from "./plan.ts";
import { planPaced } from "./plan-paced.ts";
import { type ForRun, inPlanningTurn, readRoom } from "./room.ts";
import { lockHungryRuns, type PlannedRunRow, plannedRunColumns, toPlannedRun } from "./runs-to-plan.ts";

/** What a turn has planned, of its own run and of others that had nothing to do; and what its run is to do next. */
export type Window = { readonly planned: readonly PlannedChunks[] } & (
  | { readonly kind: "gone" }
  | { readonly kind: "idle"; readonly status: Exclude<RunStatus, "queued" | "running"> }
  | { readonly kind: "open"; readonly run: RunProgress; readonly lookAgain: LookAgain }
);

/** How far a run has come. */
export interface RunProgress {
  /** null where there is no end. */
  readonly requested: number | null;
  /** Records that have an outcome. */
  readonly accounted: number;
}

interface RunRow extends ScheduleRow, PlannedRunRow {
  readonly planned_records: number;
  readonly status: RunStatus;
  /** Records that have an outcome. */
  readonly accounted: number;
}

/**
 * How soon a run that got nothing looks again, and how much later for each run of its kind: with a thousand, not before others'
 * turns or the reconciler have planned for it, or something it waits for has changed.
 */
const heldUpMs = (runs: number): number => 1_000 + 60 * runs;
/** How soon one looks again whose line was locked. */
const busyMs = 50;

/**
 * A run's turn to plan: writes as many further chunks of it to the ledger as it may have, and a chunk of each other run that
 * has nothing to do, those first that have had least. All runs together never have more than `maxPendingRecords` pending,
 * which bounds the jobs in Redis and the unread messages in Kafka alike. A paced run is planned only as far as its records are
 * due.
 *
 * A turn plans for others as well, so that no run depends on its own: a small one gets its chunk however many others there
 * are, and whoever has died.
 */
export function planWindow(pool: Pool, runId: string, maxPendingRecords: number): Promise<Window> {
  return inPlanningTurn(pool, async (client) => {
    const found = await lockRun(client, runId);
    const others = (): Promise<readonly PlannedChunks[]> => planOthers(client, runId, maxPendingRecords);
    if (found === null) return { kind: "gone", planned: await others() };
    const { row, isLocked } = found;
    if (row.status !== "queued" && row.status !== "running") {
      return { kind: "idle", status: row.status, planned: await others() };
    }
    const run = { requested: row.requested, accounted: row.accounted };
    if (!isLocked) {
      return { kind: "open", run, planned: await others(), lookAgain: { inMs: busyMs, atProgress: true } };
    }
    if (isExhausted(row)) {
      const reason = "it has come to the end of the numbers that the ledger has for its records";
      await failRun(client, runId, reason);
      return { kind: "idle", status: "failed", planned: await others() };
    }
    const plan = row.rate === null ? planPlain : planBySchedule;
    return { kind: "open", run, ...(await plan(client, row, maxPendingRecords)) };
  });
}

/** The same for others alone, whoever's turn it is. */
export function planHungryRuns(pool: Pool, maxPendingRecords: number): Promise<readonly PlannedChunks[]> {
  return inPlanningTurn(pool, (client) => planOthers(client, null, maxPendingRecords));
}

type Turn = Pick<Extract<Window, { kind: "open" }>, "planned" | "lookAgain">;

async function planPlain(client: Client, row: RunRow, maxPendingRecords: number): Promise<Turn> {
  const { room, plainRuns } = await readRoom(client, forRun(row), maxPendingRecords);
  const own = await toPlannedRun(client, row);
  const hungry = room.freeRecords > 0 ? await lockHungryRuns(client, row.id) : [];
  const allotted = allot({ own, hungry }, room, heldUpMs(plainRuns));
  // Locks alone are not worth waiting for the disk, and others would wait for it too.
  if (allotted.planned.size === 0) await client.query("SET LOCAL synchronous_commit = off");
  return { planned: await writePlans(client, allotted.planned), lookAgain: allotted.lookAgain };
}

/** It leaves the others to their own turns and those of each other: it has many, and each is to be short. */
async function planBySchedule(client: Client, row: RunRow, maxPendingRecords: number): Promise<Turn> {
  const schedule = findSchedule(row);
  if (schedule === null) throw new Error(`run ${row.id} has a rate and no schedule`);
  const { room, pacedRuns } = await readRoom(client, forRun(row), maxPendingRecords);
  const run = await toPlannedRun(client, row);
  const { lookAgain, ...plan } = await planPaced(client, run, schedule, room, heldUpMs(pacedRuns));
  return { planned: await writePlans(client, new Map([[row.id, plan]])), lookAgain };
}

/** A chunk of each run that has nothing to do, as far as there is room. */
async function planOthers(
  client: Client,
  besides: string | null,
  maxPendingRecords: number,
): Promise<readonly PlannedChunks[]> {
  const { room } = await readRoom(client, null, maxPendingRecords);
  if (room.freeRecords <= 0) return [];
  const hungry = await lockHungryRuns(client, besides);
  return writePlans(client, allot({ own: null, hungry }, room, heldUpMs(0)).planned);
}

const forRun = ({ id, rate }: RunRow): ForRun => ({ id, isPaced: rate !== null });

/** A run, locked unless somebody else has locked it: a consumer that stores its records, a command. Null where there is none. */
async function lockRun(
  client: Client,
  runId: string,
): Promise<{ readonly row: RunRow; readonly isLocked: boolean } | null> {
  const locked = await client.query<RunRow>(`${selectRun} FOR NO KEY UPDATE SKIP LOCKED`, [runId]);
  const row = locked.rows[0] ?? (await client.query<RunRow>(selectRun, [runId])).rows[0];
  return row === undefined ? null : { row, isLocked: locked.rows.length > 0 };
}

const selectRun = `
  SELECT ${plannedRunColumns}, status, stored + dead_lettered AS accounted, ${scheduleColumns}
    FROM runs WHERE id = $1`;

/** After centuries at a million records a second, or years at a hundred thousand chunks. */
function isExhausted({ requested, planned_records, planned_chunks }: RunRow): boolean {
  const end = requested ?? Number.MAX_SAFE_INTEGER;
  return planned_records < end ? planned_chunks > maxChunkIndex : requested === null;
}

/** Writes what is planned of runs, which are locked, to the ledger; a run begins with its first chunk. */
async function writePlans(
  client: Client,
  plans: ReadonlyMap<string, Planned>,
): Promise<readonly PlannedChunks[]> {
  const found = [...plans].filter(([, { returning, chunks }]) => returning.length + chunks.length > 0);
  if (found.length === 0) return [];
  const chunks = [...(await requeueChunks(client, found)), ...(await insertChunks(client, found))];
  const records = (of: readonly { readonly firstSeq: number; readonly endSeq: number }[]): number =>
    of.reduce((sum, { firstSeq, endSeq }) => sum + endSeq - firstSeq, 0);
  const { rows } = await client.query<{ id: string; requested: number | null; begins: boolean }>(
    `UPDATE runs
        SET planned_chunks = planned_chunks + d.chunks, planned_records = planned_records + d.records,
            shelved_records = shelved_records - d.returned, status = 'running',
            started_at = coalesce(started_at, clock_timestamp())
       FROM unnest($1::uuid[], $2::integer[], $3::bigint[], $4::bigint[]) AS d (run_id, chunks, records, returned)
      WHERE id = d.run_id
     RETURNING id, requested, old.status = 'queued' AS begins`,
    [
      found.map(([runId]) => runId),
      found.map(([, plan]) => plan.chunks.length),
      found.map(([, plan]) => records(plan.chunks)),
      found.map(([, plan]) => records(plan.returning)),
    ],
  );
  const begun = rows.filter(({ begins }) => begins).map(({ id }) => id);
  if (begun.length > 0) await notifyRunChanged(client, begun, "progress");
  const requested = new Map(rows.map((row) => [row.id, row.requested]));
  return found.map(([runId]) => ({
    runId,
    requested: requested.get(runId) ?? null,
    chunks: chunks.filter((chunk) => chunk.runId === runId),
  }));
}

type Plans = readonly (readonly [string, Planned])[];

const chunkColumns = "run_id, index, first_seq, end_seq, generation, due_seconds";

async function requeueChunks(client: Client, plans: Plans): Promise<readonly Chunk[]> {
  const chunks = plans.flatMap(([runId, { returning }]) => returning.map(({ index }) => ({ runId, index })));
  if (chunks.length === 0) return [];
  const { rows } = await client.query<ChunkRow>(
    `UPDATE chunks SET job = 'due'
      WHERE (run_id, index) IN (SELECT * FROM unnest($1::uuid[], $2::integer[]))
     RETURNING ${chunkColumns}`,
    [chunks.map(({ runId }) => runId), chunks.map(({ index }) => index)],
  );
  return rows.map(toChunk);
}

async function insertChunks(client: Client, plans: Plans): Promise<readonly Chunk[]> {
  const chunks = plans.flatMap(([runId, plan]) => plan.chunks.map((chunk) => ({ runId, ...chunk })));
  if (chunks.length === 0) return [];
  const { rows } = await client.query<ChunkRow>(
    `INSERT INTO chunks (run_id, index, first_seq, end_seq, due_seconds, last_due_seconds)
     SELECT * FROM unnest($1::uuid[], $2::integer[], $3::bigint[], $4::bigint[], $5::float8[], $6::float8[])
     RETURNING ${chunkColumns}`,
    [
      chunks.map((chunk) => chunk.runId),
      chunks.map((chunk) => chunk.index),
      chunks.map((chunk) => chunk.firstSeq),
      chunks.map((chunk) => chunk.endSeq),
      chunks.map((chunk) => chunk.due?.first ?? null),
      chunks.map((chunk) => chunk.due?.last ?? null),
    ],
  );
  return rows.map(toChunk);
}
