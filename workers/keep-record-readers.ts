import { createRecordReader, type RecordReader } from "../ledger/outcomes/batch.ts";
import type { RecordType } from "../records/record-type.ts";
import type { RecordTypes } from "../records/record-types.ts";

/**
 * What reads the records of types, compiled when it is first asked for and kept as long as its type is: over new subscriptions too, but
 * not of all types that were ever read.
 * @param batches how many batches are in hand at a time
 */
export function keepRecordReaders(
  types: RecordTypes,
  batches: number,
): (name: string, version: number) => Promise<RecordReader> {
  const readers = new WeakMap<RecordType, RecordReader>();
  return async (name, version) => {
    const type = (await types.find(name, version))?.type;
    if (!type?.table) throw new Error(`there is no ${name}@${version} that has a table`);
    const reader = readers.get(type) ?? createRecordReader({ ...type, table: type.table }, batches);
    readers.set(type, reader);
    return reader;
  };
}
