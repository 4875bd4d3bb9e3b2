import { to as copyTo } from "pg-copy-streams";
import { type Column, selectFields } from "../../records/record-field.ts";
import type { RecordTable, StoredType } from "../../records/record-type.ts";
import { formulaAtStart, formulaWithin } from "../../records/spreadsheet-cells.ts";
import { inTransaction, type Pool, type Queryable } from "../database/database.ts";
import { namesIn, quoted } from "../database/table-names.ts";

export const rowFormats = ["csv", "ndjson"] as const;
export type RowFormat = (typeof rowFormats)[number];

/** The columns in which a run's rows are shown and handed out: the number, the fields that it asked for, the repair. */
export function rowColumns(type: StoredType, fields: readonly string[]): readonly string[] {
  const { seq, error } = type.table.own;
  return [seq, ...selectFields(type, fields).map(({ column }) => column.name), error];
}

/** The columns for a SELECT, under their own names. */
function selectList(
  type: StoredType,
  fields: readonly string[],
  textColumn: (name: string) => string = (name) => name,
): string {
  const { seq, error } = namesIn(type.table);
  const columns = selectFields(type, fields).map(
    ({ column }) => `${shownAs(column, textColumn)} AS ${quoted(column.name)}`,
  );
  return [seq, ...columns, `${textColumn(error)} AS ${error}`].join(", ");
}

/** Instants in ISO 8601 with milliseconds, in every format. */
function shownAs({ name, type }: Column, textColumn: (name: string) => string): string {
  const column = quoted(name);
  switch (type) {
    case "timestamptz":
      return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    case "varchar":
    case "text":
    case "jsonb":
      return textColumn(column);
    default:
      return column;
  }
}

/** As `disarmFormulas` would write it. */
const disarmed = (name: string): string => String.raw`regexp_replace(
    regexp_replace(${name}::text, current_setting('slice.formula_within'), '\1''\2', 'g'),
    current_setting('slice.formula_at_start'), '''\1')`;

/** A run's first or last rows by sequence number, each with the values of `rowColumns`; all but the first as text. */
export async function listRunRows(
  db: Queryable,
  type: StoredType,
  run: { readonly id: string; readonly fields: readonly string[] },
  end: "first" | "last",
  limit: number,
): Promise<readonly (readonly (string | number | null)[])[]> {
  const names = namesIn(type.table);
  const columns = selectFields(type, run.fields).map(
    ({ column }) => `${shownAs(column, (name) => name)}::text`,
  );
  // As a list: of an object's members one may be called `__proto__`.
  const { rows } =
    end === "first"
      ? await db.query<ShownRow>(
          `SELECT ${names.seq} AS seq, ARRAY[${columns.join(", ")}]::text[] AS cells, ${names.error} AS error
             FROM ${names.table} WHERE ${names.runId} = $1 ORDER BY ${names.seq} LIMIT $2`,
          [run.id, limit],
        )
      : await db.query<ShownRow>(
          `SELECT ${names.seq} AS seq, ARRAY[${columns.join(", ")}]::text[] AS cells, ${names.error} AS error
             FROM ${names.table} WHERE ${names.runId} = $1 ORDER BY ${names.seq} DESC LIMIT $2`,
          [run.id, limit],
        );
  return rows.map(({ seq, cells, error }) => [seq, ...cells, error]);
}

interface ShownRow {
  readonly seq: number;
  readonly cells: readonly (string | null)[];
  readonly error: string | null;
}

/** The number behind the last row that a run has so far; 0 where it has none. */
export async function findRowsEnd(db: Queryable, table: RecordTable, runId: string): Promise<number> {
  const names = namesIn(table);
  const { rows } = await db.query<{ end: number | null }>(
    `SELECT max(${names.seq}) + 1 AS "end" FROM ${names.table} WHERE ${names.runId} = $1`,
    [runId],
  );
  return rows[0]?.end ?? 0;
}

/** A statement over so many rows takes milliseconds. */
const mostRowsPerSlice = 1_000;
/** A slice is held in memory whole. */
const sliceBytes = 16 * 1_024 * 1_024;

/** How many of a run's rows are read at a time: of large records fewer, at least one. */
export const rowsPerSlice = ({ largestBytes }: Pick<StoredType, "largestBytes">): number =>
  Math.max(1, Math.min(mostRowsPerSlice, Math.floor(sliceBytes / largestBytes)));

export interface RowsSlice {
  readonly run: { readonly id: string; readonly fields: readonly string[] };
  readonly format: RowFormat;
  /** Whether no cell may begin a formula in a spreadsheet. */
  readonly isDisarmed: boolean;
  readonly firstSeq: number;
  /** Exclusive. */
  readonly endSeq: number;
}

/** Reads a slice of a run's rows, by sequence number, as the bytes of its format (CSV without a header row). */
export type CopyRunRows = (type: StoredType, slice: RowsSlice) => Promise<Buffer>;

/**
 * PostgreSQL writes the text: nothing is parsed here. A slice is a transaction of its own, so that a reader who takes a
 * day over a billion rows holds neither a connection nor, for VACUUM, a snapshot.
 */
export function copyRunRows(pool: Pool, type: StoredType, slice: RowsSlice): Promise<Buffer> {
  const names = namesIn(type.table);
  const columns = [selectList(type, slice.run.fields, slice.isDisarmed ? disarmed : undefined)];
  return inTransaction(pool, async (client) => {
    // COPY takes no parameters; settings of the transaction stand in for them.
    await client.query(
      `SELECT set_config('slice.run_id', $1, true), set_config('slice.first_seq', $2, true),
              set_config('slice.end_seq', $3, true), set_config('slice.formula_at_start', $4, true),
              set_config('slice.formula_within', $5, true)`,
      [slice.run.id, String(slice.firstSeq), String(slice.endSeq), formulaAtStart, formulaWithin],
    );
    const rowsOfSlice = `SELECT ${columns.join(", ")} FROM ${names.table}
       WHERE ${names.runId} = current_setting('slice.run_id')::uuid
         AND ${names.seq} >= current_setting('slice.first_seq')::bigint
         AND ${names.seq} < current_setting('slice.end_seq')::bigint
       ORDER BY ${names.seq}`;
    const copy = client.query(copyTo(slice.format === "csv" ? asCsv(rowsOfSlice) : asNdjson(rowsOfSlice)));
    const parts: Buffer[] = [];
    for await (const part of copy) parts.push(part);
    return Buffer.concat(parts);
  });
}

const asCsv = (rowsOfSlice: string): string => `COPY (${rowsOfSlice}) TO STDOUT (FORMAT csv)`;

/** JSON has neither of these control characters outside of an escape, so that CSV of one column with them is the JSON itself. */
const asNdjson = (rowsOfSlice: string): string =>
  `COPY (SELECT row_to_json(r) FROM (${rowsOfSlice}) AS r) TO STDOUT (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')`;
