import type { RecordTable } from "../../records/record-type.ts";
import type { Queryable } from "../database/database.ts";
import { namesIn } from "../database/table-names.ts";

/** What the table of stored records takes. */
export interface RowSize {
  /** By PostgreSQL's own estimate. */
  readonly rows: number;
  /** With indexes. */
  readonly bytesPerRow: number;
  /** Of the JSON that a row keeps of its message, as it is stored, the median of the latest rows; null where they keep none. */
  readonly payloadBytes: number | null;
}

/** Below that the pages that are always there weigh more than the rows. */
const fewestRows = 1_000;
const sampledRows = 200;

/** Measures a row of a table without reading the table; null where it has too few rows, or none that PostgreSQL has counted yet. */
export async function measureRowSize(db: Queryable, table: RecordTable): Promise<RowSize | null> {
  const names = namesIn(table);
  const { rows } = await db.query<{ rows: number | null; bytes: number; payload_bytes: number | null }>(
    // As the planner does it: counted rows a page, and the pages that there are now. The count alone is as old as the last ANALYZE.
    `SELECT round(reltuples / NULLIF(relpages, 0) * (pg_relation_size(oid) / current_setting('block_size')::integer))::float8 AS rows,
            pg_total_relation_size(oid)::float8 AS bytes,
            -- Known without reading the JSON, however long that is.
            (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY pg_column_size(${names.payload}))::float8
               FROM (SELECT ${names.payload} FROM ${names.table} ORDER BY ${names.id} DESC LIMIT $1) AS latest) AS payload_bytes
       FROM pg_class
      WHERE oid = $2::regclass`,
    [sampledRows, names.table],
  );
  const [found] = rows;
  if (found === undefined || found.rows === null || found.rows < fewestRows) return null;
  return { rows: found.rows, bytesPerRow: found.bytes / found.rows, payloadBytes: found.payload_bytes };
}
