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
export async function prepareStates(
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
  const columns = state.fields.map(({ name, column }) => ({
    name: quoted(column.name),
    value: isEnveloped
      ? memberOf(name, column.type, {
          payload: `c.${namesIn(table).payload}`,
          state: areDeletions ? "before" : "after",
        })
      : `c.${quoted(column.name)}`,
    isKey: state.key.includes(column.name),
  }));
  const updates = columns.filter(({ isKey }) => !isKey).map(({ name }) => `${name} = excluded.${name}`);
  const payload = `c.${namesIn(table).payload}::text`;
  const names = {
    ...namesIn(table),
    states: quoted(state.name),
    stateRun: quoted(state.own.runId),
    stateSeq: quoted(state.own.seq),
    deleted: quoted(state.own.deleted),
    columns: columns.map(({ name }) => name).join(", "),
    values: columns.map(({ name, value }) => `${value} AS ${name}`).join(", "),
    key: state.key.map(quoted).join(", "),
    // A message without a value does not say what the record was.
    updates: (areDeletions && !isEnveloped ? [] : updates).map((each) => `, ${each}`).join(""),
    isWhole: state.key.map((name) => `${quoted(name)} IS NOT NULL`).join(" AND "),
    areDeletions: String(areDeletions),
    // Debezium's tombstones have no operation: the deletion before them has said what they say.
    isMeant: `${isEnveloped ? "c.op" : payload} ${areDeletions ? "=" : "<>"} '${isEnveloped ? "d" : "null"}'`,
  };
  return `
    INSERT INTO ${names.states} AS s (${names.stateRun}, ${names.stateSeq}, ${names.deleted}, ${names.columns})
    SELECT DISTINCT ON (${names.stateRun}, ${names.key})
           ${names.stateRun}, ${names.stateSeq}, ${names.areDeletions}, ${names.columns}
      FROM (SELECT c.${names.runId} AS ${names.stateRun}, c.${names.seq} AS ${names.stateSeq}, ${names.values}
              FROM ${names.table} c
             WHERE c.${names.id} > $1 AND c.${names.partition} = $2 AND c.${names.offset} >= $3 AND c.${names.offset} < $4
               AND c.${names.runId} IS NOT NULL AND c.${names.error} IS NULL AND ${names.isMeant}) AS changed
     WHERE ${names.isWhole}
     ORDER BY ${names.stateRun}, ${names.key}, ${names.stateSeq} DESC
        ON CONFLICT (${names.stateRun}, ${names.key}) DO UPDATE
       SET ${names.stateSeq} = excluded.${names.stateSeq}, ${names.deleted} = ${names.areDeletions}${names.updates}
     WHERE s.${names.stateSeq} < excluded.${names.stateSeq}`;
}

/**
 * A field of what the record is, or of a deleted one was. Single values are read off the message itself, which keeps their digits, and are
 * brought to what the column takes as a consumer's decoder does.
 */
function memberOf(
  name: string,
  type: string,
  { payload, state }: { readonly payload: string; readonly state: "before" | "after" },
): string {
  const literal = pg.escapeLiteral(name);
  if (type === "jsonb") return `nullif(c.${state} -> ${literal}, 'null')`;
  const text = `${payload} -> '${state}' ->> ${literal}`;
  if (type === "bigint") return `(${text})::numeric::bigint`;
  return type === "uuid" ? `regexp_replace(${text}, '^urn:uuid:', '', 'i')::uuid` : `(${text})::${type}`;
}
