import { createDraws, type Draws } from "./draws.ts";
import type { DataOptions } from "./options.ts";
import { createPeople, type People } from "./people.ts";
import { type RecordType, type Sampler, type SamplingContext, selectFields } from "./record-type.ts";
import { uniqueCapacity } from "./unique-capacity.ts";

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

/**
 * Makes the record of a sequence number as JSON text: pure, the same bytes at every call.
 * @throws RangeError for a sequence number at which the values of a unique field have run out
 */
export type GenerateRecord = (seq: number) => string;

/**
 * Prepares a run's generator. A field's value follows from (type and version, seed, sequence number, field,
 * options) alone, so it is the same whichever other fields are selected.
 */
export function createGenerator(type: RecordType, options: RecordOptions): GenerateRecord {
  const { seed, options: model } = options;
  const fields = selectFields(type, options.fields);
  const context = createContext(options);
  const writers = fields.map(({ name, sampler }) => ({
    name,
    draws: createDraws(seed, `${type.streams}/${name}`),
    sample: sampler(context),
    isAbsent: createAbsence(seed, name, model.nulls[name] ?? 0),
  }));
  const write = writers.some(({ isAbsent }) => isAbsent !== null) ? writeSparsely : writeFully;
  const json = write(writers);
  const end = Math.min(
    ...model.unique
      .filter((name) => fields.some((field) => field.name === name))
      .map((name) => uniqueCapacity(name, model)),
  );
  return (seq) => {
    if (seq >= end) throw new RangeError(`unique values suffice for ${end} records`);
    return json(seq);
  };
}

interface FieldWriter {
  readonly name: string;
  readonly draws: Draws;
  readonly sample: Sampler;
  readonly isAbsent: ((seq: number) => boolean) | null;
}

/** Records of which some fields are null. */
function writeSparsely(writers: readonly FieldWriter[]): GenerateRecord {
  return (seq) => {
    let json = "";
    for (const { name, draws, sample, isAbsent } of writers) {
      json += `${json === "" ? "{" : ","}"${name}":`;
      if (isAbsent?.(seq)) json += "null";
      else {
        draws.open(seq);
        json += `"${sample(draws, seq)}"`;
      }
    }
    return `${json}}`;
  };
}

/**
 * Records that have every field. All that stands between two values is one piece of text: V8 keeps the pieces until somebody
 * reads the record, and half as many of them spare a sixth of the time.
 */
function writeFully(writers: readonly FieldWriter[]): GenerateRecord {
  const fields = writers.map(({ name, draws, sample }, index) => ({
    before: `${index === 0 ? "{" : '",'}"${name}":"`,
    draws,
    sample,
  }));
  return (seq) => {
    let json = "";
    for (const { before, draws, sample } of fields) {
      draws.open(seq);
      json += before + sample(draws, seq);
    }
    return `${json}"}`;
  };
}

function createContext({ seed, referenceDate, options }: RecordOptions): SamplingContext {
  let people: People | undefined;
  return {
    seed,
    referenceTimeMs: referenceDate.getTime(),
    model: options,
    people: () => {
      people ??= createPeople(seed, options);
      return people;
    },
  };
}

/** Whether a field is null is drawn from a stream of its own, so that it depends on nothing and changes nothing else. */
function createAbsence(seed: number, field: string, rate: number): ((seq: number) => boolean) | null {
  if (rate === 0) return null;
  const draws: Draws = createDraws(seed, `user@2/absent/${field}`);
  const bound = rate * 2 ** 32;
  return (seq) => {
    draws.open(seq);
    return draws.bits() < bound;
  };
}
