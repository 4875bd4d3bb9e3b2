import type { RunOfRecords, StoredType } from "../../records/record-type.ts";
import type { RecordTypes } from "../../records/record-types.ts";
import { openRelated } from "../../records/related-records.ts";
import type { Run } from "../runs/run.ts";

/** A run of a dataset, of a type with a table, opened with the others. */
export interface Member {
  readonly type: StoredType;
  readonly run: RunOfRecords & { readonly id: string };
}

/** Those runs of a dataset whose records are in tables. */
export async function openMembers(types: RecordTypes, runs: readonly Run[]): Promise<readonly Member[]> {
  const members: Member[] = [];
  for (const run of runs) {
    const { name, version } = run.recordType;
    const type = (await types.find(name, version))?.type;
    if (type?.table != null)
      members.push({ type: { ...type, table: type.table }, run: await openRelated(types, run) });
  }
  return members;
}
