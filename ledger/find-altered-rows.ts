import type { RecordType } from "../records/record-type.ts";
import { type AlteredRow, compareRecords } from "./compare-records.ts";
import type { Queryable } from "./database.ts";
import type { Run } from "./run.ts";

/**
 * Makes a run's records again and compares each stored row with its own, column by column.
 * @param onProgress called with the sequence number up to which all has been compared
 * @returns the first `limit` rows that differ
 */
export async function findAlteredRows(
  db: Queryable,
  type: RecordType,
  run: Run,
  limit: number,
  onProgress: (endSeq: number) => void = () => undefined,
): Promise<readonly AlteredRow[]> {
  const { altered } = await compareRecords(db, type, run, { limit, onProgress });
  return altered;
}
