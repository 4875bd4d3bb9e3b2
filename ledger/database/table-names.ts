import pg from "pg";
import type { RecordTable, StoredType } from "../../records/record-type.ts";
import type { Queryable } from "./database.ts";

/** A name as it stands in a statement: whatever it is made of, it is one identifier. */
export const quoted: (name: string) => string = pg.escapeIdentifier;

/** A table of records and its own columns, as they stand in statements. */
export function namesIn({ name, own }: RecordTable) {
  return {
    table: quoted(name),
    id: quoted(own.id),
    runId: quoted(own.runId),
    seq: quoted(own.seq),
    partition: quoted(own.partition),
    offset: quoted(own.offset),
    error: quoted(own.error),
    payload: quoted(own.payload),
    createdAt: quoted(own.createdAt),
  };
}

/** Whether an own type's table is no longer there, which its owner may drop. Without the built-in one's nothing works. */
export async function isTableLost(db: Queryable, { name, table }: StoredType): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT 1 FROM record_types
      WHERE name = $1 AND version = 1 AND to_regclass(format('public.%I', $2::text)) IS NULL`,
    [name, table.name],
  );
  return rows.length > 0;
}
