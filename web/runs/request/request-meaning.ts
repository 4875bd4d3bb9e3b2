import type { RecordType } from "../../../records/record-type.ts";
import { requestHash } from "./request-hash.ts";
import type { RunRequest } from "./request-schema.ts";
import { runRequestOf } from "./run-request.ts";
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
 * open, its seed and reference date, stays open, and so does what the type's newest version says, its count: the request is the same
 * tomorrow, and another than one that names the seed that was drawn. An option that is added later changes no hash of a request that does
 * not name it.
 */
export function hashMeaning(type: RecordType, asked: SettledRequest): string {
  return `${version}:${requestHash(meaningOf(type, asked))}`;
}

/** Of how a request is hashed; the first way, of the request as it was typed, had none. */
const version = 2;

function meaningOf(type: RecordType, asked: SettledRequest): Record<string, unknown> {
  const { request, settled, defaultChunkSize } = asked;
  const run = {
    ...settled,
    requested: settled.count,
    pace: settled.pace ?? null,
    options: type.options.toOneSpelling(settled.options),
  };
  const { count, fields, seed, referenceDate, chunkSize, ...rest } = runRequestOf(run);
  return {
    ...rest,
    ...(request.count === undefined ? {} : { count }),
    ...(settled.fields.length === type.fields.length ? {} : { fields }),
    ...(request.seed === undefined ? {} : { seed }),
    ...(request.referenceDate === undefined ? {} : { referenceDate }),
    ...(settled.chunkSize === defaultChunkSize ? {} : { chunkSize }),
  };
}
