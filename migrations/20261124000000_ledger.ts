import type { Knex } from "knex";

/** The ledger: what was asked for, how it was split, how far the topic was read, what could not become a row. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE runs (
      id uuid PRIMARY KEY DEFAULT uuidv7(),
      record_type text NOT NULL,
      record_type_version integer NOT NULL,
      status text NOT NULL DEFAULT 'queued'
        CHECK (status IN ('queued', 'running', 'paused', 'completed', 'cancelled', 'failed')),
      requested bigint NOT NULL CHECK (requested > 0),
      produced bigint NOT NULL DEFAULT 0 CHECK (produced BETWEEN 0 AND requested),
      stored bigint NOT NULL DEFAULT 0 CHECK (stored >= 0),
      flagged bigint NOT NULL DEFAULT 0 CHECK (flagged BETWEEN 0 AND stored),
      dead_lettered bigint NOT NULL DEFAULT 0 CHECK (dead_lettered >= 0),
      fields text[] NOT NULL CHECK (cardinality(fields) > 0),
      seed bigint NOT NULL CHECK (seed >= 0),
      reference_date timestamptz NOT NULL,
      chunk_size integer NOT NULL CHECK (chunk_size > 0),
      planned_chunks integer NOT NULL DEFAULT 0,
      idempotency_key text UNIQUE,
      request_hash text,
      created_at timestamptz NOT NULL DEFAULT now(),
      started_at timestamptz,
      finished_at timestamptz,
      error text,
      CONSTRAINT runs_accounted_at_most_once CHECK (stored + dead_lettered <= requested),
      CONSTRAINT runs_completed_balances CHECK (status <> 'completed' OR stored + dead_lettered = requested),
      CONSTRAINT runs_finished CHECK ((status IN ('completed', 'cancelled', 'failed')) = (finished_at IS NOT NULL)),
      CONSTRAINT runs_key_has_hash CHECK ((idempotency_key IS NULL) = (request_hash IS NULL))
    );
    CREATE INDEX runs_unfinished ON runs (id) WHERE status IN ('queued', 'running', 'paused');

    CREATE TABLE chunks (
      run_id uuid NOT NULL REFERENCES runs,
      index integer NOT NULL CHECK (index >= 0),
      first_seq bigint NOT NULL CHECK (first_seq >= 0),
      end_seq bigint NOT NULL CHECK (end_seq > first_seq),
      generation integer NOT NULL DEFAULT 0,
      produced_at timestamptz,
      kafka_partition integer,
      kafka_end_offset bigint,
      accounted int8multirange NOT NULL DEFAULT '{}',
      stored integer NOT NULL DEFAULT 0 CHECK (stored >= 0),
      flagged integer NOT NULL DEFAULT 0 CHECK (flagged BETWEEN 0 AND stored),
      dead_lettered integer NOT NULL DEFAULT 0 CHECK (dead_lettered >= 0),
      closed_at timestamptz,
      PRIMARY KEY (run_id, index),
      CONSTRAINT chunks_accounted_within CHECK (accounted <@ int8multirange(int8range(first_seq, end_seq))),
      CONSTRAINT chunks_closed_balances CHECK ((closed_at IS NOT NULL) = (stored + dead_lettered = end_seq - first_seq))
    );
    CREATE INDEX chunks_open ON chunks (run_id, index) WHERE closed_at IS NULL;
    COMMENT ON COLUMN chunks.end_seq IS 'exclusive';
    COMMENT ON COLUMN chunks.generation IS 'raised whenever the chunk must be queued anew; part of its job''s id';
    COMMENT ON COLUMN chunks.kafka_end_offset IS 'exclusive; where the produced messages end in the partition';
    COMMENT ON COLUMN chunks.accounted IS 'sequence numbers that have an outcome: a row or a dead letter';

    CREATE TABLE consumer_progress (
      topic text NOT NULL,
      kafka_partition integer NOT NULL CHECK (kafka_partition >= 0),
      next_offset bigint NOT NULL CHECK (next_offset >= 0),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (topic, kafka_partition)
    );
    COMMENT ON TABLE consumer_progress IS 'decides what is read next; Kafka''s committed offset is a hint';

    CREATE TABLE dead_letters (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      reason text NOT NULL,
      detail text NOT NULL,
      topic text NOT NULL,
      kafka_partition integer NOT NULL,
      kafka_offset bigint NOT NULL,
      message_key bytea,
      payload bytea,
      headers jsonb NOT NULL,
      run_id uuid,
      seq bigint,
      accounted boolean NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      replays integer NOT NULL DEFAULT 0,
      resolved_at timestamptz,
      CONSTRAINT dead_letters_accounted_has_identity CHECK (NOT accounted OR (run_id IS NOT NULL AND seq IS NOT NULL))
    );
    CREATE UNIQUE INDEX dead_letters_identity ON dead_letters (run_id, seq) WHERE accounted;
    CREATE INDEX dead_letters_unresolved ON dead_letters (reason, id) WHERE resolved_at IS NULL;
    COMMENT ON COLUMN dead_letters.accounted IS 'counted in its run''s ledger as the outcome of (run_id, seq)';
    COMMENT ON COLUMN dead_letters.headers IS 'header name -> values, each in base64';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE dead_letters, consumer_progress, chunks, runs");
}
