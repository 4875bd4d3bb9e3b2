import type { StoredType } from "../../records/record-type.ts";
import type { Queryable } from "../database/database.ts";
import { namesIn, quoted } from "../database/table-names.ts";
import type { Run } from "../runs/run.ts";
import { type ExpectedRow, findDifferingColumns } from "./stored-rows.ts";

/** A record whose last state is another than its changes led to. */
export interface WrongState {
  /** Of the message that it should be from, or is from. */
  readonly seq: number;
  /** The columns that differ; null: there is no such row, or one too many. */
  readonly columns: readonly string[] | null;
}

const messagesAtATime = 5_000;

/**
 * Makes the last state of each of a run's records again, as of the changes that are stored, and holds the table of last states against it.
 * @param limit so many wrong ones are listed
 * @returns null where the type has no such table, or this program does not make the run's version
 */
export async function compareStates(
  db: Queryable,
  type: StoredType,
  run: Run,
  limit: number,
): Promise<readonly WrongState[] | null> {
  const { changes } = type;
  const stateAt = changes?.openStates(run) ?? null;
  if (changes === null || changes.state === null || stateAt === null) return null;
  const { state } = changes;
  const log = namesIn(type.table);
  const names = {
    log: log.table,
    logRunId: log.runId,
    logSeq: log.seq,
    error: log.error,
    // Debezium's tombstones say nothing that the deletion before them has not said.
    saysState: changes.isEnveloped ? "l.op IS NOT NULL" : "true",
    states: quoted(state.name),
    runId: quoted(state.own.runId),
    seq: quoted(state.own.seq),
    deleted: quoted(state.own.deleted),
  };
  const wrong: WrongState[] = [];
  const step = changes.messagesOfBlock * Math.ceil(messagesAtATime / changes.messagesOfBlock);
  for (let firstSeq = 0; firstSeq < run.planned; firstSeq += step) {
    const endSeq = Math.min(firstSeq + step, run.planned);
    // One statement: between two of them a consumer may store more.
    const { rows } = await db.query<{ seq: number; deleted: boolean | null }>(
      `SELECT l.${names.logSeq} AS seq, NULL::boolean AS deleted
         FROM ${names.log} l
        WHERE l.${names.logRunId} = $1 AND l.${names.logSeq} >= $2 AND l.${names.logSeq} < $3
          AND l.${names.error} IS NULL AND ${names.saysState}
        UNION ALL
       SELECT ${names.seq}, ${names.deleted} FROM ${names.states}
        WHERE ${names.runId} = $1 AND ${names.seq} >= $2 AND ${names.seq} < $3
        ORDER BY seq`,
      [run.id, firstSeq, endSeq],
    );
    const found = new Map(rows.flatMap(({ seq, deleted }) => (deleted === null ? [] : [[seq, deleted]])));
    const last = new Map<number, number>();
    for (const { seq, deleted } of rows) if (deleted === null) last.set(stateAt(seq).record, seq);
    const due = new Map([...last.values()].map((seq) => [seq, stateAt(seq)]));
    const missing = [...due.keys()].filter((seq) => !found.has(seq));
    const surplus = [...found.keys()].filter((seq) => !due.has(seq));
    wrong.push(...[...missing, ...surplus].map((seq) => ({ seq, columns: null })));
    const expected: ExpectedRow[] = [];
    for (const [seq, { isDeleted, values }] of due) {
      const deleted = found.get(seq);
      if (deleted === undefined) continue;
      if (deleted !== isDeleted) wrong.push({ seq, columns: [state.own.deleted] });
      expected.push({ seq, values: values() });
    }
    const differing = await findDifferingColumns(
      db,
      { fields: state.fields, table: state },
      run.id,
      expected,
    );
    wrong.push(...[...differing].map(([seq, columns]) => ({ seq, columns })));
    if (wrong.length >= limit) break;
  }
  return wrong.sort((a, b) => a.seq - b.seq).slice(0, limit);
}
