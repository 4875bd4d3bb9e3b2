import type { Knex } from "knex";

/** Datasets (ADR 28): runs of several types that were asked for together. A run of one may have no records: those of few parents may have no children. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE datasets (
      id uuid PRIMARY KEY DEFAULT uuidv7(),
      created_at timestamptz NOT NULL DEFAULT now(),
      seed bigint NOT NULL CHECK (seed >= 0),
      reference_date timestamptz NOT NULL,
      -- In the order in which they were named, which jsonb would not keep.
      types json NOT NULL,
      idempotency_key text UNIQUE,
      request_hash text,
      CONSTRAINT datasets_key_has_hash CHECK ((idempotency_key IS NULL) = (request_hash IS NULL))
    );
    COMMENT ON TABLE datasets IS 'requests for records of several types that belong together; each has a run a type';
    COMMENT ON COLUMN datasets.types IS 'what was asked of each type, nothing left to a definition''s default but counts that follow from others''';

    ALTER TABLE runs
      ADD COLUMN dataset_id uuid REFERENCES datasets,
      DROP CONSTRAINT runs_requested_check,
      ADD CONSTRAINT runs_requested_check CHECK (requested > 0 OR (requested = 0 AND dataset_id IS NOT NULL));
    CREATE INDEX runs_of_dataset ON runs (dataset_id, id) WHERE dataset_id IS NOT NULL;
    COMMENT ON COLUMN runs.dataset_id IS 'NULL: it was asked for by itself';
  `);
}

/** Runs stay, but for those without records, which only a dataset can have. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DELETE FROM runs WHERE requested = 0;
    ALTER TABLE runs
      DROP CONSTRAINT runs_requested_check,
      DROP COLUMN dataset_id,
      ADD CONSTRAINT runs_requested_check CHECK (requested > 0);
    DROP TABLE datasets;
  `);
}
