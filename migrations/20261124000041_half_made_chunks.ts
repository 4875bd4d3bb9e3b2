import type { Knex } from "knex";

/** Chunks of which part has its outcome: few at any time. The reconciler looks among them for those of cancelled runs. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE INDEX chunks_half_made ON chunks (run_id)
      WHERE closed_at IS NULL AND produced_at IS NULL AND stored + dead_lettered > 0;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP INDEX chunks_half_made;");
}
