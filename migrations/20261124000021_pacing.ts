import type { Knex } from "knex";

/** Runs with a rate, which may have no end; chunks of any length, which are due at a time. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE runs
      ALTER COLUMN requested DROP NOT NULL,
      ADD COLUMN rate double precision CHECK (rate > 0),
      ADD COLUMN shape jsonb,
      ADD COLUMN planned_records bigint NOT NULL DEFAULT 0,
      ADD COLUMN anchor_seq bigint,
      ADD COLUMN anchor_at timestamptz,
      ADD COLUMN anchor_clock double precision;
    UPDATE runs SET planned_records = last.end_seq
      FROM (SELECT run_id, max(end_seq) AS end_seq FROM chunks GROUP BY run_id) AS last WHERE run_id = id;
    ALTER TABLE runs
      DROP CONSTRAINT runs_check,
      DROP CONSTRAINT runs_accounted_at_most_once,
      DROP CONSTRAINT runs_completed_balances,
      ADD CONSTRAINT runs_produced_within CHECK (produced BETWEEN 0 AND COALESCE(requested, planned_records)),
      ADD CONSTRAINT runs_accounted_at_most_once CHECK (stored + dead_lettered <= COALESCE(requested, planned_records)),
      ADD CONSTRAINT runs_completed_balances
        CHECK (status <> 'completed' OR (requested IS NOT NULL AND stored + dead_lettered = requested)),
      -- The greatest sequence number that JavaScript knows exactly is one less.
      ADD CONSTRAINT runs_planned_within CHECK (planned_records BETWEEN 0 AND COALESCE(requested, 9007199254740991)),
      ADD CONSTRAINT runs_endless_has_rate CHECK (requested IS NOT NULL OR rate IS NOT NULL),
      ADD CONSTRAINT runs_rate_has_shape CHECK ((rate IS NULL) = (shape IS NULL)),
      ADD CONSTRAINT runs_anchor_whole CHECK (num_nulls(anchor_seq, anchor_at, anchor_clock) IN (0, 3)),
      ADD CONSTRAINT runs_anchor_of_rate CHECK (anchor_seq IS NULL OR rate IS NOT NULL);
    COMMENT ON COLUMN runs.requested IS 'NULL: without an end';
    COMMENT ON COLUMN runs.rate IS 'records a second; NULL: as fast as can be';
    COMMENT ON COLUMN runs.shape IS 'how the rate varies with time';
    COMMENT ON COLUMN runs.planned_records IS 'records below it are in chunks';
    COMMENT ON COLUMN runs.anchor_seq IS 'the record from which the schedule is reckoned; NULL until the run begins';
    COMMENT ON COLUMN runs.anchor_at IS 'when that record is due';
    COMMENT ON COLUMN runs.anchor_clock IS 'how many seconds of the shape have passed by then';

    ALTER TABLE chunks
      ADD COLUMN due_at timestamptz,
      ADD COLUMN due_until timestamptz,
      ADD CONSTRAINT chunks_due_whole CHECK ((due_at IS NULL) = (due_until IS NULL)),
      ADD CONSTRAINT chunks_due_in_order CHECK (due_at <= due_until);
    CREATE UNIQUE INDEX chunks_first_seq ON chunks (run_id, first_seq);
    COMMENT ON COLUMN chunks.due_at IS 'when its first record is due; NULL: at once';
    COMMENT ON COLUMN chunks.due_until IS 'when the record behind its last is due';
  `);
}

/**
 * Endless runs end, and have asked for what was planned. What comes for paced runs afterwards would be looked for in
 * chunks of equal length, so nothing of them should be under way.
 */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP INDEX chunks_first_seq;
    ALTER TABLE chunks DROP COLUMN due_at, DROP COLUMN due_until;
    ALTER TABLE runs
      DROP CONSTRAINT runs_produced_within,
      DROP CONSTRAINT runs_accounted_at_most_once,
      DROP CONSTRAINT runs_completed_balances,
      DROP CONSTRAINT runs_endless_has_rate;
    UPDATE runs
       SET requested = GREATEST(planned_records, 1),
           status = CASE WHEN finished_at IS NULL THEN 'cancelled' ELSE status END,
           finished_at = COALESCE(finished_at, now())
     WHERE requested IS NULL;
    ALTER TABLE runs
      ALTER COLUMN requested SET NOT NULL,
      DROP COLUMN rate,
      DROP COLUMN shape,
      DROP COLUMN planned_records,
      DROP COLUMN anchor_seq,
      DROP COLUMN anchor_at,
      DROP COLUMN anchor_clock,
      ADD CONSTRAINT runs_check CHECK (produced BETWEEN 0 AND requested),
      ADD CONSTRAINT runs_accounted_at_most_once CHECK (stored + dead_lettered <= requested),
      ADD CONSTRAINT runs_completed_balances CHECK (status <> 'completed' OR stored + dead_lettered = requested);
  `);
}
