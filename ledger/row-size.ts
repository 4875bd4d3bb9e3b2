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
  const { rows } = await db.query<{ rows: number; bytes: number; payload_bytes: number | null }>(
    `SELECT reltuples::float8 AS rows,
            pg_total_relation_size(oid)::float8 AS bytes,
            -- Known without reading the JSON, however long that is.
            (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY pg_column_size(raw_payload))::float8
               FROM (SELECT raw_payload FROM users_raw ORDER BY id DESC LIMIT $1) AS latest) AS payload_bytes
       FROM pg_class
      WHERE oid = 'users_raw'::regclass`,
    [sampledRows],
  );
  const [table] = rows;
  if (table === undefined || table.payload_bytes === null || table.rows < fewestRows) return null;
  return { rows: table.rows, bytesPerRow: table.bytes / table.rows, payloadBytes: table.payload_bytes };
}
