import type { Queryable } from "../database/database.ts";

/** A topic to which this process sends and from which it reads. */
export interface Topic {
  readonly name: string;
  /** Kafka's id of it as it is now; null where that is not known. */
  readonly id: string | null;
}

/**
 * A chunk that was sent to another topic is taken for lost after so many seconds in which nobody has read its partition there:
 * `KAFKA_TOPIC` was changed under a run. Until then it belongs to whoever reads that topic.
 */
const abandonedSeconds = 60;

/** So many at a time; the next pass takes up the others. */
const chunksAtATime = 1_000;

/**
 * Takes back "produced" from chunks that lack an outcome although their messages have been passed by the consumer, or
 * were sent to a topic that is no more, or that nobody reads: they are lost (retention, an unclean leader, a deleted topic).
 * Those of runs that go on are made again, of paused ones when they are resumed; what did arrive is recognised by its sequence
 * number. A cancelled run's is made again where part of it arrived, and has not been made at all where none did; a failed run's
 * cannot be made. So what is shown as produced is what has its outcome, in the end, however a run ended.
 * @param topics of all types; the first is that of chunks from before they remembered theirs
 * @returns the number of runs that had lost some
 */
export async function reopenLostChunks(db: Queryable, topics: readonly Topic[]): Promise<number> {
  const { rowCount } = await db.query(
    `WITH lost AS MATERIALIZED (
       SELECT c.run_id, c.index,
              CASE WHEN r.status IN ('queued', 'running') OR r.status = 'cancelled' AND c.stored + c.dead_lettered > 0 THEN 'due'
                   WHEN r.status = 'failed' THEN 'failed'
                   ELSE 'shelved' END AS job
         FROM chunks c
         JOIN runs r ON r.id = c.run_id
        CROSS JOIN LATERAL (SELECT coalesce(c.kafka_topic, ($1::text[])[1]) AS name) AS t
         LEFT JOIN unnest($1::text[], $2::uuid[]) AS s (name, id) ON s.name = t.name
         LEFT JOIN consumer_progress p ON p.topic = t.name AND p.kafka_partition = c.kafka_partition
        WHERE c.closed_at IS NULL AND c.produced_at IS NOT NULL
               -- Offsets of two logs say nothing of each other; 0 is before every message of any.
          AND (p.next_offset >= c.kafka_end_offset
               AND (c.kafka_end_offset = 0 OR coalesce(c.kafka_topic_id = p.topic_id, true))
               OR CASE WHEN s.name IS NOT NULL THEN c.kafka_topic_id <> s.id
                  ELSE GREATEST(c.produced_at, p.updated_at) < clock_timestamp() - make_interval(secs => $3) END)
        ORDER BY c.run_id, c.index LIMIT $4
          FOR NO KEY UPDATE OF c SKIP LOCKED),
     reopened AS (
       UPDATE chunks c
          SET produced_at = NULL, kafka_topic = NULL, kafka_partition = NULL, kafka_end_offset = NULL,
              kafka_topic_id = NULL, generation = generation + 1, job = lost.job
         FROM lost
        WHERE c.run_id = lost.run_id AND c.index = lost.index
       RETURNING c.run_id, c.end_seq - c.first_seq AS records, c.job),
     per_run AS MATERIALIZED (
       SELECT run_id, sum(records) AS records, coalesce(sum(records) FILTER (WHERE job <> 'due'), 0) AS shelved
         FROM reopened GROUP BY run_id),
     -- Before any is changed, in the order in which everybody locks runs.
     locked AS MATERIALIZED (
       SELECT id FROM runs WHERE id IN (SELECT run_id FROM per_run) ORDER BY id FOR NO KEY UPDATE)
     UPDATE runs r SET produced = produced - records, shelved_records = shelved_records + shelved
       FROM per_run JOIN locked ON locked.id = per_run.run_id
      WHERE r.id = locked.id`,
    [topics.map(({ name }) => name), topics.map(({ id }) => id), abandonedSeconds, chunksAtATime],
  );
  return rowCount ?? 0;
}
