import { randomInt } from "node:crypto";
import { InvalidOption } from "../../../generate/invalid-option.ts";
import { selectFields } from "../../../records/record-field.ts";
import type { RecordType, RunOfRecords, RunOptions } from "../../../records/record-type.ts";
import { invalidRequest } from "../../http/problem.ts";
import type { RecordRequest } from "./request-schema.ts";

/** `randomInt`'s greatest range, and short enough for a person to type again. */
const seedBound = 2 ** 48 - 1;
/** A run without an end has no more sequence numbers. */
export const endlessCount = 2 ** 53;

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
 * Fills in what a request leaves open: every field, a random seed, the last midnight in UTC, the options' defaults.
 * @throws Problem `invalid-request` where options contradict one another, or ask for more than there is
 */
export function completeOptions(type: RecordType, request: RecordRequest): RunOfRecords {
  const names = request.fields ?? type.fields.map((field) => field.name);
  const run = {
    recordType: { name: type.name, version: type.version },
    fields: selectFields(type, names).map((field) => field.name),
    ...pinRecords(request),
    options: settle(type, request),
  };
  const capacity = request.count === undefined ? endlessCount : type.capacityOf(run);
  if (capacity >= (request.count ?? endlessCount)) return run;
  const most = capacity.toLocaleString("en");
  throw invalidRequest([
    { field: "count", message: `must be at most ${most}: unique fields have no more values` },
  ]);
}

/** What all types' records follow from. */
export const pinRecords = ({
  seed,
  referenceDate,
}: Pick<RecordRequest, "seed" | "referenceDate">): Pick<RunOfRecords, "seed" | "referenceDate"> => ({
  seed: seed ?? drawSeed(),
  referenceDate: referenceDate === undefined ? lastMidnight() : new Date(referenceDate),
});

/** A seed for a run that names none. */
export const drawSeed = (): number => randomInt(seedBound);

function settle(type: RecordType, request: RecordRequest): RunOptions {
  try {
    return type.options.settle(request);
  } catch (error) {
    if (error instanceof InvalidOption)
      throw invalidRequest([{ field: error.field, message: error.message }]);
    throw error;
  }
}

/** Of a run that names no reference date. */
function lastMidnight(): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
}
