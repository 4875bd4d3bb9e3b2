import type { Pool, Queryable } from "../database/database.ts";

/** The tables of records that are counted. */
export async function listCountedTables(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ table: string }>(
    `SELECT table_name AS "table" FROM record_statistics_progress WHERE statistic = table_name ORDER BY table_name`,
  );
  return rows.map(({ table }) => table);
}

/**
 * Counts further rows of a table into record_statistics, each exactly once, in one transaction.
 *
 * @param maxIds how many ids one call goes on at most
 * @returns how many it went on; 0 where there is nothing more that could be counted now
 */
export async function countRecords(pool: Pool, table: string, maxIds: number): Promise<number> {
  const { rows } = await pool.query<{ ids: number }>("SELECT count_records($1, $2) AS ids", [table, maxIds]);
  return rows[0]?.ids ?? 0;
}
