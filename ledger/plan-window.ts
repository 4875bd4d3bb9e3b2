import { type Client, inTransaction, type Pool } from "./database.ts";
import type { RunStatus } from "./run.ts";
import { notifyRunChanged } from "./run-changes.ts";

/** A contiguous slice of a run's sequence numbers: what one chunk job makes. */
export interface Chunk {
  readonly runId: string;
  readonly index: number;
  readonly firstSeq: number;
  /** Exclusive. */
  readonly endSeq: number;
  /** Raised whenever the chunk must be queued anew, so that it gets a job of another id. */
  readonly generation: number;
}

export type Window =
  | { readonly kind: "gone" }
  | { readonly kind: "idle"; readonly status: Exclude<RunStatus, "queued" | "running"> }
  | { readonly kind: "open"; readonly planned: readonly Chunk[] };

interface PlannedRun {
  readonly status: RunStatus;
  readonly requested: number | null;
  readonly chunk_size: number;
  readonly planned_chunks: number;
}

interface ChunkRow {
  readonly run_id: string;
  readonly index: number;
  readonly first_seq: number;
  readonly end_seq: number;
  readonly generation: number;
}

export function toChunk(row: ChunkRow): Chunk {
  return {
    runId: row.run_id,
    index: row.index,
    firstSeq: row.first_seq,
    endSeq: row.end_seq,
    generation: row.generation,
  };
}

/**
 * Plans as many further chunks of a run as its share of the pending records allows, and writes them to the
 * ledger. The share is `maxPendingRecords` divided by the number of running runs, but at least one chunk:
 * this bounds the jobs in Redis and the unread messages in Kafka alike, and lets a small run in beside a huge one.
 */
export function planWindow(pool: Pool, runId: string, maxPendingRecords: number): Promise<Window> {
  return inTransaction(pool, async (client) => {
    const found = await client.query<PlannedRun>(
      "SELECT status, requested, chunk_size, planned_chunks FROM runs WHERE id = $1 FOR NO KEY UPDATE",
      [runId],
    );
    const run = found.rows[0];
    if (run === undefined) return { kind: "gone" };
    if (run.status !== "queued" && run.status !== "running") return { kind: "idle", status: run.status };

    const allChunks = Math.ceil((run.requested ?? Number.MAX_SAFE_INTEGER) / run.chunk_size);
    const room = await countRoom(client, runId, maxPendingRecords);
    const endChunk = Math.min(allChunks, run.planned_chunks + chunksThatFit(room, run.chunk_size));
    const planned = endChunk > run.planned_chunks ? await insertChunks(client, runId, run, endChunk) : [];
    if (run.status === "queued" || planned.length > 0) {
      await client.query(
        `UPDATE runs
            SET planned_chunks = $2, planned_records = $3, status = 'running', started_at = coalesce(started_at, clock_timestamp())
          WHERE id = $1`,
        [runId, endChunk, Math.min(endChunk * run.chunk_size, run.requested ?? Number.MAX_SAFE_INTEGER)],
      );
    }
    if (run.status === "queued") await notifyRunChanged(client, [runId]);
    return { kind: "open", planned };
  });
}

interface Room {
  readonly pendingRecords: number;
  readonly shareRecords: number;
}

async function countRoom(client: Client, runId: string, maxPendingRecords: number): Promise<Room> {
  const { rows } = await client.query<{ pending: number; running: number }>(
    `SELECT (SELECT coalesce(sum(end_seq - first_seq - stored - dead_lettered), 0)::bigint
               FROM chunks WHERE run_id = $1 AND closed_at IS NULL) AS pending,
            (SELECT count(*) FROM runs WHERE status = 'running' OR id = $1) AS running`,
    [runId],
  );
  const { pending, running } = rows[0] ?? { pending: 0, running: 1 };
  return { pendingRecords: pending, shareRecords: Math.floor(maxPendingRecords / Math.max(1, running)) };
}

/** A run with nothing pending always gets a chunk, however small its share is. */
function chunksThatFit({ pendingRecords, shareRecords }: Room, chunkSize: number): number {
  const fitting = Math.floor((shareRecords - pendingRecords) / chunkSize);
  return Math.max(fitting, pendingRecords === 0 ? 1 : 0);
}

async function insertChunks(
  client: Client,
  runId: string,
  run: PlannedRun,
  endChunk: number,
): Promise<readonly Chunk[]> {
  const { rows } = await client.query<ChunkRow>(
    `INSERT INTO chunks (run_id, index, first_seq, end_seq)
     SELECT $1, index, index::bigint * $2, LEAST((index::bigint + 1) * $2, $3)
       FROM generate_series($4::integer, $5::integer - 1) AS index
     RETURNING run_id, index, first_seq, end_seq, generation`,
    [runId, run.chunk_size, run.requested, run.planned_chunks, endChunk],
  );
  return rows.map(toChunk);
}
