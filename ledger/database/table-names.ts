import pg from "pg";
import type { RecordTable } from "../../records/record-type.ts";

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
