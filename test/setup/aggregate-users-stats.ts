import { readFileSync } from "node:fs";
import path from "node:path";
import type { Pool } from "../../ledger/database/database.ts";

const file = path.resolve(import.meta.dirname, "..", "..", "airflow", "sql", "aggregate_users_stats.sql");
const sql = readFileSync(file, "utf8");

/** Runs the very file that Airflow runs. It begins and ends its own transaction. */
export async function aggregateUsersStats(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(sql);
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}
