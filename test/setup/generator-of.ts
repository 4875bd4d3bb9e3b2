import { type GenerateRecord, generateText } from "../../generate/write-record.ts";
import type { RecordMaker, RecordType, RunOfRecords } from "../../records/record-type.ts";
import { userType } from "../../types/user/user.ts";

/** Makes a run's records again. */
export function makerOf(run: RunOfRecords, type: RecordType = userType): RecordMaker {
  const maker = type.openRun(run);
  if (maker === null) throw new Error(`${type.name}@${type.version} does not make the run's records`);
  return maker;
}

export const generatorOf = (run: RunOfRecords): GenerateRecord => generateText(makerOf(run).write);
