import type { Pool } from "../../ledger/database/database.ts";
import type { Run } from "../../ledger/runs/run.ts";
import { createRecordTypes } from "../../ledger/types/own-types.ts";
import type { RecordType, StoredType } from "../../records/record-type.ts";
import type { RecordTypes } from "../../records/record-types.ts";
import { openRelated } from "../../records/related-records.ts";
import { userType } from "../../types/user/user.ts";

export const recordTypes = (pool: Pool): RecordTypes =>
  createRecordTypes(pool, { type: userType, topic: "synthetic_users" });

/** The newest version of every type that a database has, the built-in one first. */
export async function allTypes(pool: Pool): Promise<readonly RecordType[]> {
  const types = recordTypes(pool);
  const found = await Promise.all((await types.list()).map(({ name, version }) => types.find(name, version)));
  return found.flatMap((each) => (each === null ? [] : [each.type]));
}

/** The type of a run's rows; null where it has none. */
export async function storedTypeOf(
  pool: Pool,
  { recordType: { name, version } }: Run,
): Promise<StoredType | null> {
  const type = (await recordTypes(pool).find(name, version))?.type;
  return type !== undefined && isStored(type) ? type : null;
}

/** A run with the other types of its request. */
export const openRun = (pool: Pool, run: Run): Promise<Run> => openRelated(recordTypes(pool), run);

export const isStored = (type: RecordType): type is StoredType => type.table !== null;
