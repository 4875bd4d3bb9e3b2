import type { DataOptions } from "../records/options.ts";
import type { Queryable } from "./database.ts";
import { type Chunk, type ChunkRow, toChunk } from "./plan-window.ts";
import type { RunStatus } from "./run.ts";

/** What a worker needs to make a chunk, or why there is nothing to make. */
export type BegunChunk =
  | {
      readonly kind: "produce";
      readonly recordType: { readonly name: string; readonly version: number };
      readonly seed: number;
      readonly fields: readonly string[];
      readonly referenceDate: Date;
      readonly options: DataOptions;
      /** When its records are due: the first in so many milliseconds (negative: it is late), the last so many after it. */
      readonly due: { readonly inMs: number; readonly lastingMs: number } | null;
    }
  | { readonly kind: "produced_already" }
  | { readonly kind: "superseded" }
  | { readonly kind: "unknown" }
  /** It was planned otherwise than it was asked for. */
  | { readonly kind: "differs"; readonly planned: Chunk }
  | { readonly kind: "run_not_running"; readonly status: RunStatus };

/** Part of a chunk's records have their outcome, and the worker that sent them was killed, or is still sending the rest. */
const isHalfMade = "c.closed_at IS NULL AND c.produced_at IS NULL AND c.stored + c.dead_lettered > 0";

/**
 * The chunk boundary: a chunk is made only as it was planned, where its run is running, and not twice. One of a cancelled run
 * that is half made is made to its end, as one that is in a worker's hands is.
 */
export async function beginChunk(db: Queryable, chunk: Chunk): Promise<BegunChunk> {
  const { rows } = await db.query<
    ChunkRow & {
      status: RunStatus;
      record_type: string;
      record_type_version: number;
      seed: number;
      fields: string[];
      reference_date: Date;
      options: DataOptions;
      due_in_ms: number | null;
      lasting_ms: number;
      produced: boolean;
      half_made: boolean;
    }
  >(
    `SELECT r.status, r.record_type, r.record_type_version, r.seed, r.fields, r.reference_date, r.options,
            c.run_id, c.index, c.first_seq, c.end_seq, c.generation, c.due_seconds,
            c.produced_at IS NOT NULL AS produced, ${isHalfMade} AS half_made,
            1000 * (c.due_seconds - EXTRACT(EPOCH FROM clock_timestamp() - r.clock_from))::float8 AS due_in_ms,
            1000 * (c.last_due_seconds - c.due_seconds) AS lasting_ms
       FROM runs r JOIN chunks c ON c.run_id = r.id
      WHERE r.id = $1 AND c.index = $2`,
    [chunk.runId, chunk.index],
  );
  const row = rows[0];
  if (row === undefined) return { kind: "unknown" };
  if (row.generation !== chunk.generation) return { kind: "superseded" };
  const planned = toChunk(row);
  const { firstSeq, endSeq, paced } = planned;
  if (firstSeq !== chunk.firstSeq || endSeq !== chunk.endSeq || paced !== chunk.paced) {
    return { kind: "differs", planned };
  }
  if (row.produced) return { kind: "produced_already" };
  if (row.status !== "running" && !(row.status === "cancelled" && row.half_made))
    return { kind: "run_not_running", status: row.status };
  return {
    kind: "produce",
    recordType: { name: row.record_type, version: row.record_type_version },
    seed: row.seed,
    fields: row.fields,
    referenceDate: row.reference_date,
    options: row.options,
    due: row.due_in_ms === null ? null : { inMs: row.due_in_ms, lastingMs: row.lasting_ms },
  };
}

/** Records, once, that Kafka has acknowledged every record of a chunk. `endOffset` is exclusive. */
export async function markChunkProduced(
  db: Queryable,
  chunk: Chunk,
  position: {
    readonly partition: number;
    readonly endOffset: number;
    /** Kafka's id of the topic, read before the first of the chunk's messages was sent. */
    readonly topicId: string | null;
  },
): Promise<void> {
  await db.query(
    `WITH marked AS (
       UPDATE chunks
          SET produced_at = clock_timestamp(), kafka_partition = $3, kafka_end_offset = $4,
              kafka_topic_id = $5
        WHERE run_id = $1 AND index = $2 AND produced_at IS NULL
       RETURNING end_seq - first_seq AS records)
     UPDATE runs SET produced = produced + records FROM marked WHERE id = $1`,
    [chunk.runId, chunk.index, position.partition, position.endOffset, position.topicId],
  );
}

/** Chunks that must have a job: planned, not yet produced. Bounded by the run's window. */
export async function listUnproducedChunks(db: Queryable, runId: string): Promise<Chunk[]> {
  const { rows } = await db.query<Parameters<typeof toChunk>[0]>(
    `SELECT run_id, index, first_seq, end_seq, generation, due_seconds
       FROM chunks
      WHERE run_id = $1 AND closed_at IS NULL AND produced_at IS NULL
      ORDER BY index`,
    [runId],
  );
  return rows.map(toChunk);
}

/** A chunk, and the records of its run; null where there is no end. */
export interface HalfMadeChunk {
  readonly chunk: Chunk;
  readonly requested: number | null;
}

/** Chunks of cancelled runs that must be made to their end, for the run to balance. */
export async function listHalfMadeChunks(db: Queryable, limit: number): Promise<HalfMadeChunk[]> {
  const { rows } = await db.query<Parameters<typeof toChunk>[0] & { requested: number | null }>(
    `SELECT c.run_id, c.index, c.first_seq, c.end_seq, c.generation, c.due_seconds, r.requested
       FROM chunks c JOIN runs r ON r.id = c.run_id
      WHERE ${isHalfMade} AND r.status = 'cancelled'
      LIMIT $1`,
    [limit],
  );
  return rows.map((row) => ({ chunk: toChunk(row), requested: row.requested }));
}

/** Gives an unproduced chunk a new generation, whose job id is free: the old job is done or was passed over. */
export async function supersedeChunk(
  db: Queryable,
  chunk: Pick<Chunk, "runId" | "index" | "generation">,
): Promise<void> {
  await db.query(
    `UPDATE chunks SET generation = generation + 1
      WHERE run_id = $1 AND index = $2 AND generation = $3 AND produced_at IS NULL`,
    [chunk.runId, chunk.index, chunk.generation],
  );
}

/**
 * Takes back "produced" from chunks that lack an outcome although their messages have been passed by the consumer, or
 * were sent to a topic that is no more: Kafka lost them (retention, an unclean leader, a deleted topic). They will be
 * made again; what did arrive is recognised by its sequence number.
 * @param topicId Kafka's id of the topic as it is now; null where that is not known
 * @returns the number of chunks taken back
 */
export async function reopenLostChunks(
  db: Queryable,
  topic: string,
  topicId: string | null,
): Promise<number> {
  const { rowCount } = await db.query(
    `WITH lost AS (
       SELECT c.run_id, c.index
         FROM chunks c
         JOIN runs r ON r.id = c.run_id
         LEFT JOIN consumer_progress p ON p.topic = $1 AND p.kafka_partition = c.kafka_partition
        WHERE c.closed_at IS NULL AND c.produced_at IS NOT NULL AND r.status IN ('queued', 'running')
          AND (c.kafka_topic_id <> $2
               -- Offsets of two logs say nothing of each other; 0 is before every message of any.
               OR p.next_offset >= c.kafka_end_offset
                  AND (c.kafka_end_offset = 0 OR coalesce(c.kafka_topic_id = p.topic_id, true)))
          FOR NO KEY UPDATE OF c SKIP LOCKED),
     reopened AS (
       UPDATE chunks c
          SET produced_at = NULL, kafka_partition = NULL, kafka_end_offset = NULL, kafka_topic_id = NULL,
                generation = generation + 1
         FROM lost
        WHERE c.run_id = lost.run_id AND c.index = lost.index
       RETURNING c.run_id, c.end_seq - c.first_seq AS records),
     per_run AS (SELECT run_id, sum(records) AS records, count(*) AS chunks FROM reopened GROUP BY run_id)
     UPDATE runs SET produced = produced - records FROM per_run WHERE id = per_run.run_id`,
    [topic, topicId],
  );
  return rowCount ?? 0;
}
