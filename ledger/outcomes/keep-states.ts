import pg from "pg";
import type { RecordTable, StateTable, StoredType } from "../../records/record-type.ts";
import type { Client } from "../database/database.ts";
import { namesIn, quoted } from "../database/table-names.ts";
import type { BatchOrigin } from "./batch.ts";

/** Keeps the last states of a batch's records, once its rows are there. */
export type KeepStates = () => Promise<void>;

/**
 * Prepares to bring the table of last states up to what a batch says, in the batch's own transaction: the states are always those of the rows
 * that are committed. A change that comes behind a later one of its record, as a message that is sent again does, changes nothing.
 */
export async function openStates(
  client: Client,
  { changes, table }: StoredType,
  { partition, fromOffset, endOffset }: BatchOrigin,
): Promise<KeepStates> {
  const state = changes?.state ?? null;
  if (state === null) return async () => undefined;
  const names = namesIn(table);
  const { rows } = await client.query<{ last: number }>(
    `SELECT coalesce(max(${names.id}), 0) AS last FROM ${names.table}`,
  );
  const isEnveloped = changes?.isEnveloped === true;
  return async () => {
    // What a deleted record was, a message before its deletion says.
    for (const areDeletions of [false, true])
      await client.query(keepStatement(table, state, { isEnveloped, areDeletions }), [
        rows[0]?.last ?? 0,
        partition,
        fromOffset,
        endOffset,
      ]);
  };
}

/** Of deleted records the columns stay as they were. Others' messages, which are of no run, are of no record either. */
function keepStatement(
  table: RecordTable,
  state: StateTable,
  { isEnveloped, areDeletions }: { readonly isEnveloped: boolean; readonly areDeletions: boolean },
): string {
  const names = namesIn(table);
  const { runId, seq, deleted } = state.own;
  const columns = state.fields.map(({ name, column }) => ({
    name: quoted(column.name),
    value: isEnveloped ? memberOf(name, column.type) : `c.${quoted(column.name)}`,
    isKey: state.key.includes(column.name),
  }));
  const list = columns.map(({ name }) => name).join(", ");
  const values = columns.map(({ name, value }) => `${value} AS ${name}`).join(", ");
  const key = state.key.map(quoted).join(", ");
  const updates = columns.filter(({ isKey }) => !isKey).map(({ name }) => `${name} = excluded.${name}`);
  // Debezium's tombstones have no operation: the deletion before them has said what they say.
  const text = isEnveloped ? "c.op" : `c.${names.payload}::text`;
  const isDeleted = `${text} ${areDeletions ? "=" : "<>"} '${isEnveloped ? "d" : "null"}'`;
  return `
    INSERT INTO ${quoted(state.name)} AS s (${runId}, ${seq}, ${deleted}, ${list})
    SELECT DISTINCT ON (${runId}, ${key}) ${runId}, ${seq}, ${areDeletions}, ${list}
      FROM (SELECT c.${names.runId} AS ${runId}, c.${names.seq} AS ${seq}, ${values}
              FROM ${names.table} c
             WHERE c.${names.id} > $1 AND c.${names.partition} = $2 AND c.${names.offset} >= $3 AND c.${names.offset} < $4
               AND c.${names.runId} IS NOT NULL AND c.${names.error} IS NULL AND ${isDeleted}) AS changed
     ORDER BY ${runId}, ${key}, ${seq} DESC
        ON CONFLICT (${runId}, ${key}) DO UPDATE
       SET ${[`${seq} = excluded.${seq}`, `${deleted} = ${areDeletions}`, ...(areDeletions ? [] : updates)].join(", ")}
     WHERE s.${seq} < excluded.${seq}`;
}

/** A field of what the record is, or where it is no more, of what it was. */
function memberOf(name: string, type: string): string {
  const literal = pg.escapeLiteral(name);
  const state = `coalesce(nullif(c.after, 'null'), c.before)`;
  return type === "jsonb" ? `nullif(${state} -> ${literal}, 'null')` : `(${state} ->> ${literal})::${type}`;
}
