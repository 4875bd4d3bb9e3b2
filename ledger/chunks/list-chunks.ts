import type { Queryable } from "../database/database.ts";
import type { Chunk } from "./chunk.ts";

export const chunkSelections = ["all", "open", "retried"] as const;
/** `open`: not all of its records have an outcome yet; `retried`: had to be queued anew. */
export type ChunkSelection = (typeof chunkSelections)[number];

/** A chunk's line in the ledger. Counts are in records. */
export interface ChunkLine extends Chunk {
  readonly producedAt: Date | null;
  readonly closedAt: Date | null;
  readonly partition: number | null;
  /** Exclusive: where its messages end in the partition. */
  readonly endOffset: number | null;
  readonly stored: number;
  readonly flagged: number;
  readonly deadLettered: number;
}

export interface ChunkPage {
  readonly chunks: readonly ChunkLine[];
  /** Index of the first chunk of the next page; null on the last one. */
  readonly next: number | null;
}

/** A run's chunks in their order, from the index `from` on; those only that are planned already. */
export async function listChunks(
  db: Queryable,
  runId: string,
  page: { readonly selection: ChunkSelection; readonly from: number; readonly limit: number },
): Promise<ChunkPage> {
  const { rows } = await db.query<{
    index: number;
    first_seq: number;
    end_seq: number;
    generation: number;
    paced: boolean;
    produced_at: Date | null;
    closed_at: Date | null;
    kafka_partition: number | null;
    kafka_end_offset: number | null;
    stored: number;
    flagged: number;
    dead_lettered: number;
  }>(
    `SELECT index, first_seq, end_seq, generation, due_seconds IS NOT NULL AS paced, produced_at, closed_at, kafka_partition, kafka_end_offset,
            stored, flagged, dead_lettered
       FROM chunks
      WHERE run_id = $1 AND index >= $2
        AND ($3 <> 'open' OR closed_at IS NULL)
        AND ($3 <> 'retried' OR generation > 0)
      ORDER BY index LIMIT $4`,
    [runId, page.from, page.selection, page.limit + 1],
  );
  const chunks = rows.slice(0, page.limit).map((row) => ({
    runId,
    index: row.index,
    firstSeq: row.first_seq,
    endSeq: row.end_seq,
    generation: row.generation,
    paced: row.paced,
    producedAt: row.produced_at,
    closedAt: row.closed_at,
    partition: row.kafka_partition,
    endOffset: row.kafka_end_offset,
    stored: row.stored,
    flagged: row.flagged,
    deadLettered: row.dead_lettered,
  }));
  return { chunks, next: rows[page.limit]?.index ?? null };
}

export interface ChunkCounts {
  readonly planned: number;
  /** Planned and not closed: bounded by the run's window. */
  readonly open: number;
  /** At most `mostRetried`. */
  readonly retried: number;
}

export const mostRetried = 1_000;

/** How many chunks a run has; neither count reads more than a few hundred lines of an index. */
export async function countChunks(db: Queryable, runId: string): Promise<ChunkCounts> {
  const { rows } = await db.query<ChunkCounts>(
    `SELECT planned_chunks AS planned,
            (SELECT count(*) FROM chunks WHERE run_id = $1 AND closed_at IS NULL) AS open,
            (SELECT count(*) FROM (SELECT FROM chunks WHERE run_id = $1 AND generation > 0 LIMIT $2) AS retried) AS retried
       FROM runs WHERE id = $1`,
    [runId, mostRetried],
  );
  return rows[0] ?? { planned: 0, open: 0, retried: 0 };
}
