import type { RunOptions } from "../../records/record-type.ts";
import type { Queryable } from "../database/database.ts";
import type { RunStatus } from "../runs/run.ts";
import { type Chunk, type ChunkRow, toChunk } from "./chunk.ts";

/** What a worker needs to make a chunk, or why there is nothing to make. */
export type BegunChunk =
  | {
      readonly kind: "produce";
      readonly recordType: { readonly name: string; readonly version: number };
      readonly seed: number;
      readonly fields: readonly string[];
      readonly referenceDate: Date;
      readonly options: RunOptions;
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
export const isHalfMade = "c.closed_at IS NULL AND c.produced_at IS NULL AND c.stored + c.dead_lettered > 0";

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
      options: RunOptions;
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

/** Where a chunk's messages are. */
export interface ChunkPosition {
  readonly topic: string;
  readonly partition: number;
  /** Exclusive. */
  readonly endOffset: number;
  /** Kafka's id of the topic, read before the first of the chunk's messages was sent. */
  readonly topicId: string | null;
}

/** Records, once, that Kafka has acknowledged every record of a chunk. */
export async function markChunkProduced(db: Queryable, chunk: Chunk, position: ChunkPosition): Promise<void> {
  const { topic, partition, endOffset, topicId } = position;
  await db.query(
    `WITH marked AS (
       UPDATE chunks
          SET produced_at = clock_timestamp(), job = 'due',
              kafka_topic = $3, kafka_partition = $4, kafka_end_offset = $5, kafka_topic_id = $6
        WHERE run_id = $1 AND index = $2 AND produced_at IS NULL
       RETURNING end_seq - first_seq AS records,
                 CASE WHEN old.job = 'due' THEN 0 ELSE end_seq - first_seq END AS unshelved)
     UPDATE runs SET produced = produced + records, shelved_records = shelved_records - unshelved
       FROM marked WHERE id = $1`,
    [chunk.runId, chunk.index, topic, partition, endOffset, topicId],
  );
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
