import type { Knex } from "knex";

/**
 * What the list of runs needs to stay fast at any number of them: an index for each filter, search and order. None holds
 * a counter, so that storing a batch still changes no index of `runs` (heap-only updates). And the few chunks that had
 * to be made again, which costs the others nothing.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE INDEX runs_by_status ON runs (status, id);
    CREATE INDEX runs_by_size ON runs (coalesce(requested, 9223372036854775807), id);
    -- Ascending from the longest: what has not ended yet has the infinite one, and of those the oldest comes first.
    CREATE INDEX runs_by_duration ON runs (
      (-CASE WHEN started_at IS NULL THEN interval '0' ELSE coalesce(finished_at, 'infinity') - started_at END), id);
    CREATE INDEX runs_by_seed ON runs (seed);
    -- The end of an id is what tells two of them apart, and what lists show.
    CREATE INDEX runs_by_id_end ON runs (reverse(id::text) text_pattern_ops);
    CREATE INDEX runs_with_error ON runs (id) WHERE error IS NOT NULL;
    CREATE INDEX chunks_retried ON chunks (run_id, index) WHERE generation > 0;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP INDEX runs_by_status, runs_by_size, runs_by_duration, runs_by_seed, runs_by_id_end, runs_with_error, chunks_retried;
  `);
}
