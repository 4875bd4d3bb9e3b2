import type { Knex } from "knex";

/** Runs with a rate, which may have no end; chunks of any length, which are due at a time. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE runs
      ALTER COLUMN requested DROP NOT NULL,
      ADD COLUMN rate double precision CHECK (rate > 0),
      ADD COLUMN shape jsonb,
      ADD COLUMN planned_records bigint NOT NULL DEFAULT 0,
      ADD COLUMN clock_from timestamptz,
      ADD COLUMN paused_at timestamptz,
      ADD COLUMN anchor_seq bigint,
      ADD COLUMN anchor_due_seconds double precision,
      ADD COLUMN anchor_shape_seconds double precision;
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
      ADD CONSTRAINT runs_anchor_whole CHECK (num_nulls(clock_from, anchor_seq, anchor_due_seconds, anchor_shape_seconds) IN (0, 4)),
      ADD CONSTRAINT runs_anchor_of_rate CHECK (anchor_seq IS NULL OR rate IS NOT NULL);
    COMMENT ON COLUMN runs.requested IS 'NULL: without an end';
    COMMENT ON COLUMN runs.rate IS 'records a second; NULL: as fast as can be';
    COMMENT ON COLUMN runs.shape IS 'how the rate varies with time';
    COMMENT ON COLUMN runs.planned_records IS 'records below it are in chunks';
    COMMENT ON COLUMN runs.clock_from IS 'when the clock of a paced run was at 0; later by the time that it was paused';
    COMMENT ON COLUMN runs.paused_at IS 'since when its clock stands still';
    COMMENT ON COLUMN runs.anchor_seq IS 'the record from which its schedule is reckoned; NULL until it begins';
    COMMENT ON COLUMN runs.anchor_due_seconds IS 'when that record is due, by the run''s clock';
    COMMENT ON COLUMN runs.anchor_shape_seconds IS 'how many seconds of the shape have passed by then';

    ALTER TABLE chunks
      ADD COLUMN due_seconds double precision,
      ADD COLUMN last_due_seconds double precision,
      ADD CONSTRAINT chunks_due_whole CHECK ((due_seconds IS NULL) = (last_due_seconds IS NULL)),
      ADD CONSTRAINT chunks_due_in_order CHECK (due_seconds <= last_due_seconds);
    CREATE UNIQUE INDEX chunks_first_seq ON chunks (run_id, first_seq);
    COMMENT ON COLUMN chunks.due_seconds IS 'when its first record is due, by the run''s clock; NULL: at once';
    COMMENT ON COLUMN chunks.last_due_seconds IS 'when its last record is due';
  `);
}

/**
 * Endless runs end, and have asked for what was planned. What comes for paced runs afterwards would be looked for in
 * chunks of equal length, so nothing of them should be under way.
 */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP INDEX chunks_first_seq;
    ALTER TABLE chunks DROP COLUMN due_seconds, DROP COLUMN last_due_seconds;
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
      DROP COLUMN clock_from,
      DROP COLUMN paused_at,
      DROP COLUMN anchor_seq,
      DROP COLUMN anchor_due_seconds,
      DROP COLUMN anchor_shape_seconds,
      ADD CONSTRAINT runs_check CHECK (produced BETWEEN 0 AND requested),
      ADD CONSTRAINT runs_accounted_at_most_once CHECK (stored + dead_lettered <= requested),
      ADD CONSTRAINT runs_completed_balances CHECK (status <> 'completed' OR stored + dead_lettered = requested);
  `);
}
