import { type Client, inTransaction, type Pool, type Queryable } from "./database.ts";

/**
 * Where reading of a partition goes on. A partition that was never read is entered with `firstOffset`, the first
 * that Kafka still has.
 */
export async function readProgress(
  db: Queryable,
  topic: string,
  partition: number,
  firstOffset: number,
): Promise<number> {
  await db.query(
    `INSERT INTO consumer_progress (topic, kafka_partition, next_offset) VALUES ($1, $2, $3)
     ON CONFLICT (topic, kafka_partition) DO NOTHING`,
    [topic, partition, firstOffset],
  );
  const { rows } = await db.query<{ next_offset: number }>(
    "SELECT next_offset FROM consumer_progress WHERE topic = $1 AND kafka_partition = $2",
    [topic, partition],
  );
  return rows[0]?.next_offset ?? firstOffset;
}

/** Locks a partition's progress until the transaction ends: only one consumer at a time writes its rows. */
export async function lockProgress(client: Client, topic: string, partition: number): Promise<number | null> {
  const { rows } = await client.query<{ next_offset: number }>(
    "SELECT next_offset FROM consumer_progress WHERE topic = $1 AND kafka_partition = $2 FOR UPDATE",
    [topic, partition],
  );
  return rows[0]?.next_offset ?? null;
}

export async function advanceProgress(
  client: Client,
  topic: string,
  partition: number,
  nextOffset: number,
): Promise<void> {
  await client.query(
    `UPDATE consumer_progress SET next_offset = $3, updated_at = clock_timestamp()
      WHERE topic = $1 AND kafka_partition = $2`,
    [topic, partition, nextOffset],
  );
}

/**
 * Starts a partition's progress anew: its topic was deleted and made again, or its log truncated. What had been
 * produced to it and not yet stored is lost; those chunks are marked so that they are made again.
 */
export async function rewindProgress(
  pool: Pool,
  topic: string,
  partition: number,
  fromOffset: number,
  toOffset: number,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE consumer_progress SET next_offset = $4, updated_at = clock_timestamp()
        WHERE topic = $1 AND kafka_partition = $2 AND next_offset = $3`,
      [topic, partition, fromOffset, toOffset],
    );
    if (rowCount === 0) return;
    // An end offset of 0 has been passed by any consumer: to the reconciler the chunk is lost.
    await client.query(
      `UPDATE chunks SET kafka_end_offset = 0
        WHERE kafka_partition = $1 AND closed_at IS NULL AND produced_at IS NOT NULL`,
      [partition],
    );
  });
}
