import { createGenerator, type RecordOptions } from "../records/generate.ts";
import { settleOptions } from "../records/options.ts";
import { userType } from "../records/user.ts";
import type { GenerateRecord } from "../records/write-record.ts";

export const allFields = userType.fields.map((field) => field.name);

/** The records that every stage works on: all fields, one seed, one reference date. */
export const benchOptions: RecordOptions = {
  seed: 42,
  fields: allFields,
  referenceDate: new Date("2026-01-01T00:00:00Z"),
  options: settleOptions(userType, {}),
};

export function benchGenerator(): GenerateRecord {
  return createGenerator(userType, benchOptions);
}
