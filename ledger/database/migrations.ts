import type { Queryable } from "./database.ts";

/** Names of the migrations that this database has, oldest first. */
export async function listAppliedMigrations(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>("SELECT name FROM knex_migrations ORDER BY id");
  return rows.map((row) => row.name);
}
