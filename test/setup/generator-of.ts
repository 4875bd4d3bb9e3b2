import type { RecordMaker, RecordType, RunOfRecords } from "../../records/record-type.ts";
import { userType } from "../../records/user.ts";
import { type GenerateRecord, generateText } from "../../records/write-record.ts";

/** Makes a run's records again. */
export function makerOf(run: RunOfRecords, type: RecordType = userType): RecordMaker {
  const maker = type.openRun(run);
  if (maker === null) throw new Error(`${type.name}@${type.version} does not make the run's records`);
  return maker;
}

export const generatorOf = (run: RunOfRecords): GenerateRecord => generateText(makerOf(run).write);
