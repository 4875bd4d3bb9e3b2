import type { DataOptions } from "../../../types/user/options.ts";
import type { TextType } from "../../../types/user/text-type.ts";
import { requestHash } from "./request-hash.ts";
import { runRequestOf } from "./run-request.ts";
import type { RunRequest } from "./run-schema.ts";
import type { SettledRun } from "./settle-run.ts";

/** A request and what it was settled as. */
export interface SettledRequest {
  readonly request: RunRequest;
  readonly settled: SettledRun;
  /** Of a request that names none. */
  readonly defaultChunkSize: number;
}

/**
 * Tells requests that ask for the same from others, however they are written: fields in another order, weights of nothing,
 * a date at another offset, a default that is spelled out. What is drawn or read off the clock where a request leaves it
 * open, its seed and reference date, stays open: the request is the same tomorrow, and another than one that names
 * the seed that was drawn. An option that is added later changes no hash of a request that does not name it.
 */
export function hashMeaning(type: TextType, asked: SettledRequest): string {
  return `${version}:${requestHash(meaningOf(type, asked))}`;
}

/** Of how a request is hashed; the first way, of the request as it was typed, had none. */
const version = 2;

function meaningOf(type: TextType, asked: SettledRequest): Record<string, unknown> {
  const { request, settled, defaultChunkSize } = asked;
  const run = {
    ...settled,
    requested: settled.count,
    pace: settled.pace ?? null,
    options: oneSpelling(settled.options),
  };
  const { fields, seed, referenceDate, chunkSize, ...rest } = runRequestOf(run);
  return {
    ...rest,
    ...(settled.fields.length === type.fields.length ? {} : { fields }),
    ...(request.seed === undefined ? {} : { seed }),
    ...(request.referenceDate === undefined ? {} : { referenceDate }),
    ...(settled.chunkSize === defaultChunkSize ? {} : { chunkSize }),
  };
}

/** The options as the only ones of their meaning: nothing of no weight, nothing in an order of its own. */
function oneSpelling(options: DataOptions): DataOptions {
  const { countries, locale, nulls, unique } = options;
  return {
    ...options,
    countries: typeof countries === "string" ? countries : withoutZeros(countries),
    locale: locale === null ? null : withoutZeros(locale),
    nulls: withoutZeros(nulls),
    unique: [...unique].sort(),
  };
}

const withoutZeros = (weights: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(weights).filter(([, weight]) => weight > 0));
