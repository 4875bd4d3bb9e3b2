import { InvalidOption } from "../../../generate/invalid-option.ts";
import { findPaceFaults, settlePace } from "../../../ledger/runs/pace-request.ts";
import type { FaultRates } from "../../../records/faults/fault-kinds.ts";
import { settleFaults } from "../../../records/faults/fault-rates.ts";
import type { RecordType, RunOfRecords, RunOptions } from "../../../records/record-type.ts";
import { type FieldError, invalidRequest } from "../../http/problem.ts";
import { drawSeed, lastMidnight } from "./record-options.ts";
import { requestHash } from "./request-hash.ts";
import { runRequestOf } from "./run-request.ts";
import type { OwnRecordRequest, OwnRunRequest } from "./run-schema.ts";
import { findCountFault, type RunLimits, type SettledRun } from "./settle-run.ts";

/** A request for records at once or for a run, which may be without an end. */
type OwnRequest = Omit<OwnRecordRequest, "type" | "count"> & { readonly count: number | null };

/**
 * How many records a request asks for: as many as the type's definition says, where it does not say it itself.
 * @throws Problem `invalid-request` where nobody says it, or the definition says more than may be asked for
 */
export function countOf<Count extends number | null>(
  type: RecordType,
  { count }: { readonly count?: Count },
  maxCount: number,
): Count | number {
  if (count !== undefined) return count;
  if (type.defaultCount === null)
    throw invalidRequest([
      { field: "count", message: `is required: the definition of ${type.name} says none` },
    ]);
  if (type.defaultCount <= maxCount) return type.defaultCount;
  const [said, most] = [type.defaultCount, maxCount].map((each) => each.toLocaleString("en"));
  const message = `is ${said} by the definition of ${type.name}, and must be at most ${most}; say how many`;
  throw invalidRequest([{ field: "count", message }]);
}

/**
 * Fills in what a request for records of a registered type leaves open.
 * @param errors takes what is wrong with it
 */
export function completeOwnRecords(
  type: RecordType,
  request: OwnRequest,
  errors: FieldError[],
): RunOfRecords {
  const records = {
    recordType: { name: type.name, version: type.version },
    fields: type.fields.map(({ name }) => name),
    seed: request.seed ?? drawSeed(),
    referenceDate: request.referenceDate === undefined ? lastMidnight() : new Date(request.referenceDate),
    options: { faults: collectFaults(type, request, errors) },
  };
  const capacity = type.openRun(records)?.capacity ?? 0;
  if (capacity < (request.count ?? Number.POSITIVE_INFINITY)) {
    const most = capacity.toLocaleString("en");
    errors.push({ field: "count", message: `must be at most ${most}: unique fields have no more values` });
  }
  return records;
}

export type OwnRunLimits = RunLimits & { readonly maxRecordsPerRun: number };

/**
 * Fills in what a request for a run of a registered type leaves open, and judges what its schema cannot.
 * @throws Problem `invalid-request`, naming every bad field
 */
export function settleOwnRun(
  type: RecordType,
  limits: OwnRunLimits,
  request: OwnRunRequest,
): SettledRun<RunOptions> {
  const count = countOf(type, request, limits.maxRecordsPerRun);
  const counted = { ...request, count };
  const errors: FieldError[] = [...findPaceFaults(counted), ...findCountFault(counted, limits)];
  const records = completeOwnRecords(type, counted, errors);
  if (errors.length > 0) throw invalidRequest(errors);
  return {
    ...records,
    count,
    pace: settlePace(request),
    chunkSize: request.chunkSize ?? limits.chunkSize,
  };
}

function collectFaults(type: RecordType, { faults = {} }: OwnRequest, errors: FieldError[]): FaultRates {
  try {
    return settleFaults(type, { faults });
  } catch (error) {
    if (!(error instanceof InvalidOption)) throw error;
    errors.push({ field: error.field, message: error.message });
    return {};
  }
}

/** As `hashMeaning` does it: what is drawn or read off the clock stays open, and so does what the type's newest version says, its count too. */
export function hashOwnMeaning(
  request: OwnRunRequest,
  settled: SettledRun<RunOptions>,
  defaultChunkSize: number,
): string {
  const run = { ...settled, requested: settled.count, pace: settled.pace ?? null };
  const { count, seed, referenceDate, chunkSize, ...rest } = runRequestOf(run);
  const meaning = {
    ...rest,
    ...(request.count === undefined ? {} : { count }),
    ...(request.seed === undefined ? {} : { seed }),
    ...(request.referenceDate === undefined ? {} : { referenceDate }),
    ...(settled.chunkSize === defaultChunkSize ? {} : { chunkSize }),
  };
  return `2:${requestHash(meaning)}`;
}
