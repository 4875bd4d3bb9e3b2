import { createDraws } from "./draws.ts";
import type { DataOptions } from "./options.ts";
import { type RecordType, selectFields } from "./record-type.ts";

/** Everything that a run's records follow from. */
export interface RecordOptions {
  /** Integer from 0 to 2^53 - 1. */
  readonly seed: number;
  /** Names of the fields; order and repetition do not matter. */
  readonly fields: readonly string[];
  /** The run's pinned "now". */
  readonly referenceDate: Date;
  readonly options: DataOptions;
}

/** Makes the record of a sequence number as JSON text: pure, the same bytes at every call. */
export type GenerateRecord = (seq: number) => string;

/**
 * Prepares a run's generator. A field's value follows from (type and version, seed, sequence number, field,
 * options) alone, so it is the same whichever other fields are selected.
 */
export function createGenerator(type: RecordType, options: RecordOptions): GenerateRecord {
  const context = { referenceTimeMs: options.referenceDate.getTime() };
  const writers = selectFields(type, options.fields).map((field, index) => ({
    prefix: `${index === 0 ? "{" : ","}"${field.name}":"`,
    draws: createDraws(options.seed, `${type.name}@${type.version}/${field.name}`),
    sample: field.sampler(context),
  }));
  return (seq) => {
    let json = "";
    for (const { prefix, draws, sample } of writers) {
      draws.open(seq);
      json += `${prefix}${sample(draws)}"`;
    }
    return `${json}}`;
  };
}
