import type { RecordType } from "../records/record-type.ts";
import type { Queryable } from "./database.ts";

/** A row of users_raw: its field columns in the record type's order, timestamps as milliseconds since 1970. */
export interface StoredRow {
  readonly seq: number;
  readonly values: readonly (string | number | null)[];
  readonly payload: unknown;
  readonly error: string | null;
}

/** A run's rows with sequence numbers from `firstSeq` to below `endSeq`, in their order. */
export async function listStoredRows(
  db: Queryable,
  type: RecordType,
  runId: string,
  firstSeq: number,
  endSeq: number,
): Promise<StoredRow[]> {
  const columns = type.fields.map(({ column }) => column.name);
  const { rows } = await db.query<
    Record<string, unknown> & { seq: number; raw_payload: unknown; error: string | null }
  >(
    `SELECT seq, ${columns.join(", ")}, raw_payload, error
       FROM users_raw
      WHERE run_id = $1 AND seq >= $2 AND seq < $3
      ORDER BY seq`,
    [runId, firstSeq, endSeq],
  );
  return rows.map((row) => ({
    seq: row.seq,
    values: columns.map((column) => comparable(row[column])),
    payload: row.raw_payload,
    error: row.error,
  }));
}

function comparable(value: unknown): string | number | null {
  if (value instanceof Date) return value.getTime();
  return typeof value === "string" ? value : null;
}
