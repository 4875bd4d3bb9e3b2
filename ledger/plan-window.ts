import { failRun } from "./control-run.ts";
import { type Client, inTransaction, type Pool } from "./database.ts";
import { type LookAgain, maxChunkIndex, type NewChunk, type Plan, type Planned, type Room } from "./plan.ts";
import { planPaced } from "./plan-paced.ts";
import type { RunStatus } from "./run.ts";
import { notifyRunChanged } from "./run-changes.ts";
import { findSchedule, type ScheduleRow, scheduleColumns } from "./run-schedule.ts";

/** A contiguous slice of a run's sequence numbers: what one chunk job makes. */
export interface Chunk {
  readonly runId: string;
  readonly index: number;
  readonly firstSeq: number;
  /** Exclusive. */
  readonly endSeq: number;
  /** Raised whenever the chunk must be queued anew, so that it gets a job of another id. */
  readonly generation: number;
  /** Whether each of its records is due at a time of its own, and not all of them at once. */
  readonly paced: boolean;
}

export type Window =
  | { readonly kind: "gone" }
  | { readonly kind: "idle"; readonly status: Exclude<RunStatus, "queued" | "running"> }
  | {
      readonly kind: "open";
      readonly planned: readonly Chunk[];
      /** Records of the run; null where there is no end. */
      readonly requested: number | null;
      readonly lookAgain: LookAgain;
    };

interface PlannedRun extends ScheduleRow {
  readonly status: RunStatus;
  readonly requested: number | null;
  readonly chunk_size: number;
  readonly planned_chunks: number;
}

export interface ChunkRow {
  readonly run_id: string;
  readonly index: number;
  readonly first_seq: number;
  readonly end_seq: number;
  readonly generation: number;
  readonly due_seconds: number | null;
}

export function toChunk(row: ChunkRow): Chunk {
  return {
    runId: row.run_id,
    index: row.index,
    firstSeq: row.first_seq,
    endSeq: row.end_seq,
    generation: row.generation,
    paced: row.due_seconds !== null,
  };
}

/**
 * Plans as many further chunks of a run as its share of the pending records allows, and writes them to the
 * ledger. The share is `maxPendingRecords` divided by the number of running runs, but at least one chunk:
 * this bounds the jobs in Redis and the unread messages in Kafka alike, and lets a small run in beside a huge one. A
 * paced run is planned only as far as its records are due, and what it cannot need of its share is for the others.
 */
export function planWindow(pool: Pool, runId: string, maxPendingRecords: number): Promise<Window> {
  return inTransaction(pool, async (client) => {
    const run = await lockRun(client, runId);
    if (run === undefined) return { kind: "gone" };
    if (run.status !== "queued" && run.status !== "running") return { kind: "idle", status: run.status };

    const plan: Plan = {
      runId,
      firstIndex: run.planned_chunks,
      firstSeq: run.planned_records,
      endSeq: run.requested ?? Number.MAX_SAFE_INTEGER,
      maxRecords: run.chunk_size,
      room: await countRoom(client, runId, maxPendingRecords),
    };
    if (isExhausted(run, plan)) {
      await failRun(
        client,
        runId,
        "it has come to the end of the numbers that the ledger has for its records",
      );
      return { kind: "idle", status: "failed" };
    }
    const schedule = findSchedule(run);
    const { chunks, lookAgain } =
      schedule === null ? planAtOnce(plan) : await planPaced(client, plan, schedule);
    const planned = await insertChunks(client, runId, chunks);
    if (run.status === "queued" || planned.length > 0) {
      await client.query(
        `UPDATE runs
            SET planned_chunks = $2, planned_records = $3, status = 'running',
                started_at = coalesce(started_at, clock_timestamp())
          WHERE id = $1`,
        [runId, plan.firstIndex + chunks.length, chunks.at(-1)?.endSeq ?? plan.firstSeq],
      );
    }
    if (run.status === "queued") await notifyRunChanged(client, [runId], "progress");
    return { kind: "open", planned, requested: run.requested, lookAgain };
  });
}

async function lockRun(client: Client, runId: string): Promise<PlannedRun | undefined> {
  const { rows } = await client.query<PlannedRun>(
    `SELECT status, requested, chunk_size, planned_chunks, ${scheduleColumns}
       FROM runs WHERE id = $1 FOR NO KEY UPDATE`,
    [runId],
  );
  return rows[0];
}

/** After centuries at a million records a second, or years at a hundred thousand chunks. */
function isExhausted({ requested }: PlannedRun, { firstIndex, firstSeq, endSeq }: Plan): boolean {
  return firstSeq < endSeq ? firstIndex > maxChunkIndex : requested === null;
}

/** Whole chunks, but the run's last; a run with nothing pending always gets one, however small its share is. */
function planAtOnce({ firstIndex, firstSeq, endSeq, maxRecords, room }: Plan): Planned {
  const fitting = Math.floor((room.shareRecords - room.pendingRecords) / maxRecords);
  const endIndex = Math.min(
    firstIndex + Math.max(fitting, room.pendingRecords === 0 ? 1 : 0),
    maxChunkIndex + 1,
  );
  const chunks: NewChunk[] = [];
  for (let index = firstIndex, seq = firstSeq; seq < endSeq && index < endIndex; index++, seq += maxRecords) {
    chunks.push({ index, firstSeq: seq, endSeq: Math.min(seq + maxRecords, endSeq), due: null });
  }
  return { chunks, lookAgain: { inMs: null, atProgress: true } };
}

/** For so many seconds of its highest rate a paced run keeps room: what is on its way, and what may be late. */
const pacedRoomSeconds = 4;

async function countRoom(client: Client, runId: string, maxPendingRecords: number): Promise<Room> {
  const { rows } = await client.query<{ pending: number; share: number }>(
    `WITH running AS (
       SELECT id, rate IS NOT NULL AS is_paced, $2::float8 / count(*) OVER () AS fair_share,
              GREATEST(rate, rate * (shape->>'factor')::float8, (shape->>'from')::float8) * $3 AS needed
         FROM runs WHERE status = 'running' OR id = $1)
     SELECT (SELECT coalesce(sum(end_seq - first_seq - stored - dead_lettered), 0)::bigint
               FROM chunks WHERE run_id = $1 AND closed_at IS NULL) AS pending,
            floor(CASE WHEN bool_or(is_paced AND id = $1) THEN max(fair_share)
                       ELSE ($2 - coalesce(sum(LEAST(fair_share, needed)) FILTER (WHERE is_paced), 0))
                            / GREATEST(1, count(*) FILTER (WHERE NOT is_paced)) END) AS share
       FROM running`,
    [runId, maxPendingRecords, pacedRoomSeconds],
  );
  const { pending, share } = rows[0] ?? { pending: 0, share: maxPendingRecords };
  return { pendingRecords: pending, shareRecords: share };
}

/** Writes planned chunks to the ledger. */
async function insertChunks(
  client: Client,
  runId: string,
  chunks: readonly NewChunk[],
): Promise<readonly Chunk[]> {
  if (chunks.length === 0) return [];
  const { rows } = await client.query<ChunkRow>(
    `INSERT INTO chunks (run_id, index, first_seq, end_seq, due_seconds, last_due_seconds)
     SELECT $1, c.* FROM unnest($2::integer[], $3::bigint[], $4::bigint[], $5::float8[], $6::float8[]) AS c
     RETURNING run_id, index, first_seq, end_seq, generation, due_seconds`,
    [
      runId,
      chunks.map((chunk) => chunk.index),
      chunks.map((chunk) => chunk.firstSeq),
      chunks.map((chunk) => chunk.endSeq),
      chunks.map((chunk) => chunk.due?.first ?? null),
      chunks.map((chunk) => chunk.due?.last ?? null),
    ],
  );
  return rows.map(toChunk);
}
