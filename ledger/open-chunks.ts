import type { Client } from "./database.ts";
import { SequenceSet } from "./sequence-set.ts";

/** A chunk's line in the ledger while a batch is stored: locked, with what the batch adds to it. */
export interface OpenChunk {
  readonly runId: string;
  readonly index: number;
  /** The number behind its last; exclusive. */
  readonly endSeq: number;
  readonly accounted: SequenceSet;
  stored: number;
  flagged: number;
  deadLettered: number;
}

interface RunFacts {
  readonly requested: number | null;
  readonly chunk_size: number;
  readonly planned_chunks: number;
}

export type FoundChunk =
  | { readonly kind: "found"; readonly chunk: OpenChunk }
  | { readonly kind: "unknown_run" }
  | { readonly kind: "out_of_range"; readonly detail: string };

export interface OpenChunks {
  find(runId: string, seq: number): FoundChunk;
  readonly touched: readonly OpenChunk[];
}

/** Sequence numbers of a run from `start` to below `end`. */
export interface SequenceRange {
  readonly start: number;
  readonly end: number;
}

/** Reads and locks the chunks to which a batch's sequence numbers belong, in one order for all consumers. */
export async function lockChunks(
  client: Client,
  ranges: ReadonlyMap<string, readonly SequenceRange[]>,
): Promise<OpenChunks> {
  const runs = await findRunFacts(client, [...ranges.keys()]);
  const runIds: string[] = [];
  const indexes: number[] = [];
  for (const [runId, runRanges] of ranges) {
    const run = runs.get(runId);
    if (run === undefined) continue;
    const runIndexes = new Set<number>();
    for (const { start, end } of runRanges) {
      // What headers claim can be beyond every chunk, and beyond the range of `index` too.
      const endIndex = Math.min(Math.ceil(end / run.chunk_size), run.planned_chunks);
      for (let index = Math.floor(start / run.chunk_size); index < endIndex; index++) runIndexes.add(index);
    }
    for (const index of runIndexes) {
      runIds.push(runId);
      indexes.push(index);
    }
  }
  const chunks = new Map<string, OpenChunk>();
  const { rows } = await client.query<{ run_id: string; index: number; end_seq: number; accounted: string }>(
    `SELECT run_id, index, end_seq, accounted::text
       FROM chunks
      WHERE (run_id, index) IN (SELECT * FROM unnest($1::uuid[], $2::integer[]))
      ORDER BY run_id, index
        FOR NO KEY UPDATE`,
    [runIds, indexes],
  );
  for (const row of rows) {
    chunks.set(`${row.run_id}/${row.index}`, {
      runId: row.run_id,
      index: row.index,
      endSeq: row.end_seq,
      accounted: SequenceSet.parse(row.accounted),
      stored: 0,
      flagged: 0,
      deadLettered: 0,
    });
  }
  return {
    touched: [...chunks.values()],
    find(runId, seq) {
      const run = runs.get(runId);
      if (run === undefined) return { kind: "unknown_run" };
      if (run.requested !== null && seq >= run.requested) {
        return {
          kind: "out_of_range",
          detail: `the run's sequence numbers end at ${run.requested - 1}, this is ${seq}`,
        };
      }
      const chunk = chunks.get(`${runId}/${Math.floor(seq / run.chunk_size)}`);
      return chunk === undefined
        ? { kind: "out_of_range", detail: `the run has not come to sequence number ${seq} yet` }
        : { kind: "found", chunk };
    },
  };
}

async function findRunFacts(client: Client, runIds: readonly string[]): Promise<Map<string, RunFacts>> {
  const { rows } = await client.query<RunFacts & { id: string }>(
    "SELECT id, requested, chunk_size, planned_chunks FROM runs WHERE id = ANY ($1::uuid[])",
    [runIds],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Writes what the batch added to its chunks, and closes those in which every sequence number has its outcome. */
export async function writeChunks(client: Client, chunks: readonly OpenChunk[]): Promise<void> {
  await client.query(
    `UPDATE chunks c
        SET accounted = d.accounted,
            stored = c.stored + d.stored,
            flagged = c.flagged + d.flagged,
            dead_lettered = c.dead_lettered + d.dead_lettered,
            closed_at = CASE WHEN c.stored + d.stored + c.dead_lettered + d.dead_lettered = c.end_seq - c.first_seq
                             THEN coalesce(c.closed_at, clock_timestamp()) END
       FROM unnest($1::uuid[], $2::integer[], $3::text[]::int8multirange[], $4::integer[], $5::integer[], $6::integer[])
            AS d (run_id, index, accounted, stored, flagged, dead_lettered)
      WHERE c.run_id = d.run_id AND c.index = d.index`,
    [
      chunks.map((chunk) => chunk.runId),
      chunks.map((chunk) => chunk.index),
      chunks.map((chunk) => chunk.accounted.toString()),
      chunks.map((chunk) => chunk.stored),
      chunks.map((chunk) => chunk.flagged),
      chunks.map((chunk) => chunk.deadLettered),
    ],
  );
}

/**
 * Adds the same to the runs; a run is completed by the transaction that accounts for its last record.
 * @returns ids of the runs that this completed
 */
export async function writeRuns(client: Client, chunks: readonly OpenChunk[]): Promise<string[]> {
  const totals = new Map<string, { stored: number; flagged: number; deadLettered: number }>();
  for (const chunk of chunks) {
    const total = totals.get(chunk.runId) ?? { stored: 0, flagged: 0, deadLettered: 0 };
    total.stored += chunk.stored;
    total.flagged += chunk.flagged;
    total.deadLettered += chunk.deadLettered;
    totals.set(chunk.runId, total);
  }
  const runIds = [...totals.keys()];
  // Locked in one order by all consumers before any is changed: no two of them can wait for each other.
  await client.query("SELECT 1 FROM runs WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE", [
    runIds,
  ]);
  const { rows } = await client.query<{ id: string; completed: boolean }>(
    `UPDATE runs r
        SET stored = r.stored + d.stored,
            flagged = r.flagged + d.flagged,
            dead_lettered = r.dead_lettered + d.dead_lettered,
            status = CASE WHEN f.completes THEN 'completed' ELSE r.status END,
            finished_at = CASE WHEN f.completes THEN clock_timestamp() ELSE r.finished_at END
       FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[]) AS d (run_id, stored, flagged, dead_lettered)
       JOIN runs o ON o.id = d.run_id,
    LATERAL (SELECT o.status IN ('queued', 'running', 'paused')
                    AND o.stored + d.stored + o.dead_lettered + d.dead_lettered = o.requested AS completes) AS f
      WHERE r.id = d.run_id
     RETURNING r.id, f.completes AS completed`,
    [
      runIds,
      [...totals.values()].map((total) => total.stored),
      [...totals.values()].map((total) => total.flagged),
      [...totals.values()].map((total) => total.deadLettered),
    ],
  );
  return rows.filter((row) => row.completed).map((row) => row.id);
}
