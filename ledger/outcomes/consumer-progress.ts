import { type Client, inTransaction, type Pool, type Queryable } from "../database/database.ts";

/** How far a partition has been read. */
export interface Progress {
  readonly nextOffset: number;
  /** Kafka's id of the topic whose log this is; null until it is known. */
  readonly topicId: string | null;
}

/** A partition of the topic, by name. */
export interface Partition {
  readonly topic: string;
  readonly partition: number;
}

/** A partition whose log is read. */
export interface PartitionLog extends Partition {
  readonly topicId: string;
}

interface ProgressRow {
  readonly next_offset: number;
  readonly topic_id: string | null;
}

const toProgress = (row: ProgressRow): Progress => ({ nextOffset: row.next_offset, topicId: row.topic_id });

/** Where reading of a partition goes on; null where nothing of it was ever read. */
export async function readProgress(db: Queryable, { topic, partition }: Partition): Promise<Progress | null> {
  const { rows } = await db.query<ProgressRow>(
    "SELECT next_offset, topic_id FROM consumer_progress WHERE topic = $1 AND kafka_partition = $2",
    [topic, partition],
  );
  return rows[0] === undefined ? null : toProgress(rows[0]);
}

/** The same of all partitions of topics: topic -> partition -> where it goes on; none of one of which nothing was ever read. */
export async function readProgressOf(
  db: Queryable,
  topics: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<number, Progress>>> {
  const { rows } = await db.query<ProgressRow & Partition>(
    `SELECT topic, kafka_partition AS "partition", next_offset, topic_id FROM consumer_progress
      WHERE topic = ANY($1::text[])`,
    [topics],
  );
  const found = new Map(topics.map((topic) => [topic, new Map<number, Progress>()]));
  for (const row of rows) found.get(row.topic)?.set(row.partition, toProgress(row));
  return found;
}

/**
 * Enters a partition that was never read, to be read from its beginning: what Kafka has committed says nothing of what
 * the ledger has. One that is there is left as it is, but for an id that it does not know yet.
 */
export async function enterPartition(
  db: Queryable,
  { topic, partition }: Partition,
  topicId: string | null,
): Promise<Progress> {
  const { rows } = await db.query<ProgressRow>(
    `INSERT INTO consumer_progress AS p (topic, kafka_partition, next_offset, topic_id) VALUES ($1, $2, 0, $3)
     ON CONFLICT (topic, kafka_partition) DO UPDATE SET topic_id = coalesce(p.topic_id, EXCLUDED.topic_id)
     RETURNING next_offset, topic_id`,
    [topic, partition, topicId],
  );
  return rows[0] === undefined ? { nextOffset: 0, topicId } : toProgress(rows[0]);
}

/** Locks a partition's progress until the transaction ends: only one consumer at a time writes its rows. */
export async function lockProgress(
  client: Client,
  { topic, partition }: Partition,
): Promise<Progress | null> {
  const { rows } = await client.query<ProgressRow>(
    "SELECT next_offset, topic_id FROM consumer_progress WHERE topic = $1 AND kafka_partition = $2 FOR UPDATE",
    [topic, partition],
  );
  return rows[0] === undefined ? null : toProgress(rows[0]);
}

export async function advanceProgress(
  client: Client,
  { topic, partition }: Partition,
  nextOffset: number,
): Promise<void> {
  await client.query(
    `UPDATE consumer_progress SET next_offset = $3, updated_at = clock_timestamp()
      WHERE topic = $1 AND kafka_partition = $2`,
    [topic, partition, nextOffset],
  );
}

/**
 * Moves a partition's progress, unless it is no longer what the caller knows it to be.
 * @returns whether it was moved
 */
async function moveProgress(
  db: Queryable,
  { topic, partition }: Partition,
  from: Progress,
  to: Progress,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE consumer_progress SET next_offset = $5, topic_id = $6, updated_at = clock_timestamp()
      WHERE topic = $1 AND kafka_partition = $2 AND next_offset = $3 AND topic_id IS NOT DISTINCT FROM $4`,
    [topic, partition, from.nextOffset, from.topicId, to.nextOffset, to.topicId],
  );
  return rowCount === 1;
}

/** Kafka has removed what comes next (retention): reading goes on where the log begins now. */
export function skipRemoved(
  db: Queryable,
  partition: Partition,
  from: Progress,
  firstOffset: number,
): Promise<boolean> {
  return moveProgress(db, partition, from, { ...from, nextOffset: firstOffset });
}

/**
 * Starts a partition's progress anew: its topic was deleted and made again, or its log truncated (then `to` has the
 * same id). What had been produced to it and not yet stored is lost; those chunks are marked so that they are made
 * again.
 */
export function restartProgress(
  pool: Pool,
  partition: Partition,
  from: Progress,
  to: Progress,
): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    if (!(await moveProgress(client, partition, from, to))) return false;
    await markLost(
      client,
      `coalesce(c.kafka_topic, $1) = $1 AND c.kafka_partition = $2 AND (c.kafka_topic_id IS DISTINCT FROM $3 OR $4)`,
      [partition.topic, partition.partition, to.topicId, from.topicId === to.topicId],
    );
    return true;
  });
}

/** How long ago a chunk must have been acknowledged to be held against the end of a log that was asked for meanwhile. */
const settledSeconds = 10;

/**
 * Marks chunks that are said to end behind the log in which they are, which was cut off before the consumer had come there. Nothing might
 * ever come to their end.
 * @param logs with where each ends, asked for just now
 */
export async function markLostBehindEnd(
  db: Queryable,
  logs: readonly (PartitionLog & { readonly end: number })[],
): Promise<void> {
  await markLost(
    db,
    `c.produced_at < clock_timestamp() - make_interval(secs => $1)
     AND EXISTS (SELECT FROM unnest($2::text[], $3::uuid[], $4::int[], $5::bigint[]) AS e (topic, topic_id, partition, log_end)
                  WHERE e.topic = c.kafka_topic AND e.topic_id = c.kafka_topic_id AND e.partition = c.kafka_partition
                    AND e.log_end < c.kafka_end_offset)`,
    [
      settledSeconds,
      logs.map(({ topic }) => topic),
      logs.map(({ topicId }) => topicId),
      logs.map(({ partition }) => partition),
      logs.map(({ end }) => end),
    ],
  );
}

/** An end offset of 0 has been passed by any consumer: to the reconciler the chunk is lost. */
async function markLost(db: Queryable, isLost: string, values: readonly unknown[]): Promise<void> {
  await db.query(
    `WITH lost AS MATERIALIZED (
       SELECT run_id, index FROM chunks c
        WHERE closed_at IS NULL AND produced_at IS NOT NULL AND ${isLost}
        ORDER BY run_id, index
          FOR NO KEY UPDATE)
     UPDATE chunks c SET kafka_end_offset = 0
       FROM lost
      WHERE c.run_id = lost.run_id AND c.index = lost.index`,
    [...values],
  );
}
