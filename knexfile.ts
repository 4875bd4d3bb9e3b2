import path from "node:path";
import type { Knex } from "knex";

/** The key and default are those of config/config.ts; Knex's command line reads this file alone. */
const config: Knex.Config = {
  client: "pg",
  connection:
    process.env.DATABASE_URL ?? "postgres://synthetic_user:synthetic_pass@127.0.0.1:5432/synthetic_db",
  pool: { min: 0, max: 1 },
  migrations: {
    directory: path.join(import.meta.dirname, "migrations"),
    extension: "ts",
    loadExtensions: [".ts"],
  },
};

export default config;
