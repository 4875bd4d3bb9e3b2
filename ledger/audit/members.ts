import type { RecordField } from "../../records/record-field.ts";
import type { RunOfRecords, StoredType } from "../../records/record-type.ts";
import type { RecordTypes } from "../../records/record-types.ts";
import { openRelated } from "../../records/related-records.ts";
import { namesIn, quoted } from "../database/table-names.ts";
import type { Run } from "../runs/run.ts";

/** A run of a dataset, of a type with a table, opened with the others. */
export interface Member {
  readonly type: StoredType;
  readonly run: RunOfRecords & { readonly id: string };
  readonly rows: MemberRows;
  /** Whether each of its records has its outcome: only then others can be held against its rows. */
  readonly isComplete: boolean;
}

/** Where a member's records are as they are now. */
export interface MemberRows {
  readonly fields: readonly RecordField[];
  /** As they stand in statements. */
  readonly names: Readonly<Record<"table" | "runId" | "seq", string>>;
  /** The condition that nothing was repaired in a row, which has this alias. */
  readonly isClean: (alias: string) => string;
  /** Which record a row is of; null where rows are numbered as records are. */
  readonly recordOf: ((seq: number) => number) | null;
}

/** Of records that change their last states are held against others'. */
export function rowsOf(type: StoredType, run: RunOfRecords): MemberRows | null {
  const { changes, fields, table } = type;
  if (changes === null) {
    const names = namesIn(table);
    return { fields, names, isClean: (alias) => `${alias}.${names.error} IS NULL`, recordOf: null };
  }
  const stateAt = changes.openStates(run);
  const { state } = changes;
  if (state === null || stateAt === null) return null;
  return {
    fields: state.fields,
    names: {
      table: quoted(state.name),
      runId: quoted(state.own.runId),
      seq: quoted(state.own.seq),
    },
    // No other states are kept.
    isClean: () => "true",
    recordOf: (seq) => stateAt(seq).record,
  };
}

/** Those runs of a dataset whose records are in tables. */
export async function openMembers(types: RecordTypes, runs: readonly Run[]): Promise<readonly Member[]> {
  const members: Member[] = [];
  for (const run of runs) {
    const { name, version } = run.recordType;
    const type = (await types.find(name, version))?.type;
    if (type?.table == null) continue;
    const stored = { ...type, table: type.table };
    const opened = await openRelated(types, run);
    const rows = rowsOf(stored, opened);
    if (rows === null) continue;
    members.push({ type: stored, run: opened, rows, isComplete: run.status === "completed" });
  }
  return members;
}
