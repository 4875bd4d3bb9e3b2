import { randomInt } from "node:crypto";
import { InvalidOption } from "../../../generate/invalid-option.ts";
import { selectFields } from "../../../records/record-field.ts";
import type { RecordOptions } from "../../../types/user/generate.ts";
import { type DataOptions, settleOptions } from "../../../types/user/options.ts";
import type { TextType } from "../../../types/user/text-type.ts";
import { invalidRequest } from "../../http/problem.ts";
import type { RecordRequest } from "./run-schema.ts";

/** `randomInt`'s greatest range, and short enough for a person to type again. */
const seedBound = 2 ** 48 - 1;

/** A request for records at once or for a run, which may be without an end. */
type OptionsOfRequest = Omit<RecordRequest, "count"> & { readonly count?: number | null };

/**
 * Fills in what a request leaves open: every field, a random seed, the last midnight in UTC, the options' defaults.
 * @throws Problem `invalid-request` where options contradict one another, or ask for more than there is
 */
export function completeOptions(type: TextType, request: OptionsOfRequest): RecordOptions {
  const names = request.fields ?? type.fields.map((field) => field.name);
  return {
    fields: selectFields(type, names).map((field) => field.name),
    seed: request.seed ?? drawSeed(),
    referenceDate: request.referenceDate === undefined ? lastMidnight() : new Date(request.referenceDate),
    options: settle(type, request),
  };
}

/** A seed for a run that names none. */
export const drawSeed = (): number => randomInt(seedBound);

function settle(type: TextType, request: OptionsOfRequest): DataOptions {
  try {
    return settleOptions(type, request);
  } catch (error) {
    if (error instanceof InvalidOption)
      throw invalidRequest([{ field: error.field, message: error.message }]);
    throw error;
  }
}

/** Of a run that names no reference date. */
export function lastMidnight(): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
}
