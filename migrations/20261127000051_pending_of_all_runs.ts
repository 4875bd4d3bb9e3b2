import type { Knex } from "knex";

/**
 * What bounds the pending records of all runs together: which chunks have a job, and which runs could have further ones. And
 * the topic to which a chunk was sent, beside its id.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE chunks
      ADD COLUMN kafka_topic text,
      ADD COLUMN job text NOT NULL DEFAULT 'due' CONSTRAINT chunks_job_check CHECK (job IN ('due', 'shelved', 'failed'));
    COMMENT ON COLUMN chunks.kafka_topic IS 'to which it was produced; NULL: before that was recorded, and taken for the topic of whoever asks';
    COMMENT ON COLUMN chunks.job IS
      'due: it has one, or is to get one; shelved: it has none, since its run is paused or was cancelled; failed: it, or its run, has failed for good';
    UPDATE chunks SET kafka_topic = (SELECT topic FROM consumer_progress p WHERE p.topic_id = kafka_topic_id LIMIT 1)
     WHERE closed_at IS NULL AND kafka_topic_id IS NOT NULL;
    -- The reconciler takes those up again that are half made.
    UPDATE chunks c SET job = CASE r.status WHEN 'failed' THEN 'failed' ELSE 'shelved' END
      FROM runs r
     WHERE r.id = c.run_id AND r.status NOT IN ('queued', 'running') AND c.closed_at IS NULL AND c.produced_at IS NULL;

    ALTER TABLE runs
      ADD COLUMN shelved_records bigint NOT NULL DEFAULT 0,
      ADD CONSTRAINT runs_shelved_within CHECK (shelved_records BETWEEN 0 AND planned_records);
    COMMENT ON COLUMN runs.shelved_records IS 'of those planned: in chunks that are not produced and have no job';
    UPDATE runs SET shelved_records = s.records
      FROM (SELECT run_id, sum(end_seq - first_seq) AS records FROM chunks WHERE closed_at IS NULL AND job <> 'due' GROUP BY run_id) AS s
     WHERE id = s.run_id;

    CREATE INDEX chunks_pending ON chunks (run_id, index)
      WHERE closed_at IS NULL AND (job = 'due' OR produced_at IS NOT NULL);
    DROP INDEX chunks_half_made;
    CREATE INDEX chunks_half_made ON chunks (run_id, index)
      WHERE closed_at IS NULL AND produced_at IS NULL AND stored + dead_lettered > 0 AND job = 'shelved';
    -- In the order in which their next chunks are planned: least attained service first.
    CREATE INDEX runs_to_plan ON runs (LEAST(planned_records - shelved_records + chunk_size, requested), id)
      WHERE rate IS NULL AND status IN ('queued', 'running') AND (planned_records < requested OR shelved_records > 0);
    CREATE INDEX runs_paced ON runs (id) WHERE rate IS NOT NULL AND status IN ('queued', 'running');
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP INDEX chunks_pending, chunks_half_made, runs_to_plan, runs_paced;
    ALTER TABLE runs DROP COLUMN shelved_records;
    ALTER TABLE chunks DROP COLUMN kafka_topic, DROP COLUMN job;
    CREATE INDEX chunks_half_made ON chunks (run_id)
      WHERE closed_at IS NULL AND produced_at IS NULL AND stored + dead_lettered > 0;
  `);
}
