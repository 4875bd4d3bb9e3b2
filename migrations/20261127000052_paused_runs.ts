import type { Knex } from "knex";

/** Whether a run has ever been paused: the time that it took is then none of its own. Of runs from before nobody knows. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE runs ADD COLUMN was_paused boolean NOT NULL DEFAULT false;");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE runs DROP COLUMN was_paused;");
}
