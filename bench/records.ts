import type { GenerateRecord } from "../generate/write-record.ts";
import { createGenerator, type RecordOptions } from "../types/user/generate.ts";
import { settleOptions } from "../types/user/options.ts";
import { userType } from "../types/user/user.ts";

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
