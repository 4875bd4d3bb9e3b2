import type { Run } from "../../ledger/runs/run.ts";
import type { StoredType } from "../../records/record-type.ts";
import type { RecordTypes } from "../../records/record-types.ts";

/** The type of a run's rows; null where it has none: the records go to Kafka only, or nobody knows the type any more. */
export async function storedTypeOf(
  types: RecordTypes,
  { recordType: { name, version } }: Pick<Run, "recordType">,
): Promise<StoredType | null> {
  const type = (await types.find(name, version))?.type;
  return type?.table ? { ...type, table: type.table } : null;
}
