import type { RecordType } from "../records/record-type.ts";
import type { Queryable } from "./database.ts";

/** A row of users_raw: its field columns in the record type's order, timestamps as milliseconds since 1970. */
export interface StoredRow {
  readonly seq: number;
  readonly values: readonly (string | number | null)[];
  /** The message's text. */
  readonly payload: string;
  readonly error: string | null;
}

/** What a run's own records take is a tenth of that; longer texts are read one by one, lest thousands fill the memory. */
const maxListedBytes = 10_000;

/** A run's rows with sequence numbers from `firstSeq` to below `endSeq`, in their order. */
export async function* readStoredRows(
  db: Queryable,
  type: RecordType,
  runId: string,
  firstSeq: number,
  endSeq: number,
): AsyncGenerator<StoredRow> {
  const columns = type.fields.map(({ column }) => column.name);
  const { rows } = await db.query<
    Record<string, unknown> & { id: number; seq: number; payload: string | null; error: string | null }
  >(
    `SELECT id, seq, ${columns.join(", ")}, error,
            CASE WHEN octet_length(raw_payload::text) <= $4 THEN raw_payload::text END AS payload
       FROM users_raw
      WHERE run_id = $1 AND seq >= $2 AND seq < $3
      ORDER BY seq`,
    [runId, firstSeq, endSeq, maxListedBytes],
  );
  for (const row of rows) {
    yield {
      seq: row.seq,
      values: columns.map((column) => comparable(row[column])),
      payload: row.payload ?? (await readPayload(db, row.id)),
      error: row.error,
    };
  }
}

async function readPayload(db: Queryable, id: number): Promise<string> {
  const { rows } = await db.query<{ payload: string }>(
    "SELECT raw_payload::text AS payload FROM users_raw WHERE id = $1",
    [id],
  );
  // Gone since: it differs from whatever it was.
  return rows[0]?.payload ?? "null";
}

function comparable(value: unknown): string | number | null {
  if (value instanceof Date) return value.getTime();
  return typeof value === "string" ? value : null;
}
