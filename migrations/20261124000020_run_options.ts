import type { Knex } from "knex";

/** What shapes a run's data beside seed, fields and reference date. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE runs ADD COLUMN options jsonb NOT NULL DEFAULT '{}';
    COMMENT ON COLUMN runs.options IS 'how the records are drawn and spoiled, settled: nothing in it is left to a default';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE runs DROP COLUMN options");
}
