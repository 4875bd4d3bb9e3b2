import type { RecordField } from "../../records/record-field.ts";
import type { RecordTable } from "../../records/record-type.ts";
import type { Queryable } from "../database/database.ts";
import { namesIn, quoted } from "../database/table-names.ts";

/** A row of a type's table, without its fields' columns. */
export interface StoredRow {
  readonly seq: number;
  /** The message's text. */
  readonly payload: string;
  readonly error: string | null;
}

/** What a run's own records take is a tenth of that; longer texts are read one by one, lest thousands fill the memory. */
const maxListedBytes = 10_000;

/** A run's rows with sequence numbers from `firstSeq` to below `endSeq`, in their order. */
export async function* readStoredRows(
  db: Queryable,
  table: RecordTable,
  runId: string,
  firstSeq: number,
  endSeq: number,
): AsyncGenerator<StoredRow> {
  const names = namesIn(table);
  const { rows } = await db.query<{ id: number; seq: number; payload: string | null; error: string | null }>(
    `SELECT ${names.id} AS id, ${names.seq} AS seq, ${names.error} AS error,
            CASE WHEN octet_length(${names.payload}::text) <= $4 THEN ${names.payload}::text END AS payload
       FROM ${names.table}
      WHERE ${names.runId} = $1 AND ${names.seq} >= $2 AND ${names.seq} < $3
      ORDER BY ${names.seq}`,
    [runId, firstSeq, endSeq, maxListedBytes],
  );
  for (const { id, seq, payload, error } of rows) {
    yield { seq, error, payload: payload ?? (await readPayload(db, table, id)) };
  }
}

async function readPayload(db: Queryable, table: RecordTable, id: number): Promise<string> {
  const names = namesIn(table);
  const { rows } = await db.query<{ payload: string }>(
    `SELECT ${names.payload}::text AS payload FROM ${names.table} WHERE ${names.id} = $1`,
    [id],
  );
  // Gone since: it differs from whatever it was.
  return rows[0]?.payload ?? "null";
}

/** What a row's columns should have: one value a field, as COPY takes it as text. */
export interface ExpectedRow {
  readonly seq: number;
  readonly values: readonly (string | null)[];
}

/** A table of rows that are of a run's sequence numbers. */
export interface ComparedTable {
  readonly fields: readonly RecordField[];
  readonly table: { readonly name: string; readonly own: { readonly runId: string; readonly seq: string } };
}

/**
 * Holds a run's rows against what they should have. PostgreSQL reads the values as COPY does and compares them, so that nobody
 * here has to know how it writes a number or a time.
 * @returns sequence number -> the columns that differ, of rows of which some do
 */
export async function findDifferingColumns(
  db: Queryable,
  { fields, table }: ComparedTable,
  runId: string,
  expected: readonly ExpectedRow[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  if (expected.length === 0 || fields.length === 0) return new Map();
  const names = {
    table: quoted(table.name),
    runId: quoted(table.own.runId),
    seq: quoted(table.own.seq),
  };
  const columns = fields.map(({ column }) => column.name);
  const comparisons = fields.map(
    ({ column }, index) => `u.${quoted(column.name)} IS DISTINCT FROM e.value_${index}::${column.type}`,
  );
  const listed = {
    parameters: columns.map((_, index) => `$${index + 3}::text[]`).join(", "),
    names: columns.map((_, index) => `value_${index}`).join(", "),
    differ: comparisons.join(", "),
  };
  const { rows } = await db.query<{ seq: number; differs: readonly boolean[] }>(
    `SELECT e.seq, d.differs
       FROM unnest($2::bigint[], ${listed.parameters}) AS e (seq, ${listed.names})
       JOIN ${names.table} u ON u.${names.runId} = $1 AND u.${names.seq} = e.seq
      CROSS JOIN LATERAL (SELECT ARRAY[${listed.differ}] AS differs) AS d
      WHERE true = ANY (d.differs)`,
    [
      runId,
      expected.map(({ seq }) => seq),
      ...columns.map((_, index) => expected.map(({ values }) => values[index] ?? null)),
    ],
  );
  return new Map(rows.map(({ seq, differs }) => [seq, columns.filter((_, index) => differs[index])]));
}
