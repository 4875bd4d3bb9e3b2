import type { Queryable } from "../database/database.ts";

export interface RunsOfType {
  readonly name: string;
  readonly runs: number;
  /** Of all of its runs, accounted for as rows or, without a table, as acknowledged. */
  readonly records: number;
}

/** How many runs of each type there have been; a type without one is not among them. */
export async function countRunsByType(db: Queryable): Promise<readonly RunsOfType[]> {
  const { rows } = await db.query<RunsOfType>(
    `SELECT record_type AS name, count(*) AS runs, sum(stored)::bigint AS records
       FROM runs
      GROUP BY record_type`,
  );
  return rows;
}
