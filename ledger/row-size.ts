import type { Queryable } from "./database.ts";

/** What the table of stored records takes. */
export interface RowSize {
  /** By PostgreSQL's own estimate. */
  readonly rows: number;
  /** With indexes. */
  readonly bytesPerRow: number;
  /** Of the JSON that a row keeps of its message, as it is stored; the median of the latest rows. */
  readonly payloadBytes: number;
}

/** Below that the pages that are always there weigh more than the rows. */
const fewestRows = 1_000;
const sampledRows = 200;

/** Measures a row of users_raw without reading the table; null where it has too few rows, or none that PostgreSQL has counted yet. */
export async function measureRowSize(db: Queryable): Promise<RowSize | null> {
  const { rows } = await db.query<{ rows: number | null; bytes: number; payload_bytes: number | null }>(
    // As the planner does it: counted rows a page, and the pages that there are now. The count alone is as old as the last ANALYZE.
    `SELECT round(reltuples / NULLIF(relpages, 0) * (pg_relation_size(oid) / current_setting('block_size')::integer))::float8 AS rows,
            pg_total_relation_size(oid)::float8 AS bytes,
            -- Known without reading the JSON, however long that is.
            (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY pg_column_size(raw_payload))::float8
               FROM (SELECT raw_payload FROM users_raw ORDER BY id DESC LIMIT $1) AS latest) AS payload_bytes
       FROM pg_class
      WHERE oid = 'users_raw'::regclass`,
    [sampledRows],
  );
  const [table] = rows;
  if (table === undefined || table.rows === null || table.payload_bytes === null || table.rows < fewestRows)
    return null;
  return { rows: table.rows, bytesPerRow: table.bytes / table.rows, payloadBytes: table.payload_bytes };
}
