import path from "node:path";
import type { Knex } from "knex";

/**
 * The role that owns the tables. Someone else's database may have but one role, DATABASE_URL's. The default is that of
 * the native stack and of docker-compose.yml. Knex's command line reads this file alone.
 */
const databaseUrl =
  process.env.MIGRATION_DATABASE_URL ||
  process.env.DATABASE_URL ||
  "postgres://synthetic_owner:synthetic_owner_pass@127.0.0.1:5432/synthetic_db";

const config: Knex.Config = {
  client: "pg",
  connection: databaseUrl,
  pool: { min: 0, max: 1 },
  migrations: {
    directory: path.join(import.meta.dirname, "migrations"),
    extension: "ts",
    loadExtensions: [".ts"],
  },
};

export default config;
