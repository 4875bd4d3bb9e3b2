import type { Knex } from "knex";

/**
 * The list of one type's runs, of which there may be few among a million of others. As the list's other indexes it holds no counter,
 * so that storing a batch changes it in nothing.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw("CREATE INDEX runs_by_type ON runs (record_type, id)");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP INDEX runs_by_type");
}
