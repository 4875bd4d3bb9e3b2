import { writtenText } from "../../generate/drawn-text.ts";
import { createDraws, type Draws } from "../../generate/draws.ts";
import { createPeople, type People } from "../../generate/people/people.ts";
import type { Sampler, SamplingContext } from "../../generate/people/sampling-context.ts";
import { uniqueCapacity } from "../../generate/people/unique-capacity.ts";
import type { Sampler as FieldSampler } from "../../generate/sampler.ts";
import { fixedText } from "../../generate/words.ts";
import { type GenerateRecord, generateText, type WriteRecord } from "../../generate/write-record.ts";
import { selectFields } from "../../records/record-field.ts";
import type { DataOptions } from "./options.ts";
import type { TextDefinition } from "./text-definition.ts";

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

/** Longer than any record is: ten values of at most 255 characters, of which most have far fewer. */
export const longestRecordBytes = 16_384;

/**
 * Prepares a run's generator. A field's value follows from (type and version, seed, sequence number, field,
 * options) alone, so it is the same whichever other fields are selected.
 */
export function createRecordWriter(type: TextDefinition, options: RecordOptions): WriteRecord {
  const { seed, options: model } = options;
  const fields = selectFields(type, options.fields);
  const context = createContext(options);
  const writers = fields.map(({ name, sampler }) => ({
    name,
    draws: createDraws(seed, `${type.streams}/${name}`),
    sample: sampler(context),
    isAbsent: createAbsence(seed, name, model.nulls[name] ?? 0),
  }));
  const writeAll = writers.some(({ isAbsent }) => isAbsent !== null) ? writeSparsely : writeFully;
  const write = writeAll(writers);
  const end = Math.min(
    ...model.unique
      .filter((name) => fields.some((field) => field.name === name))
      .map((name) => uniqueCapacity(name, model)),
  );
  return (seq, out) => {
    if (seq >= end) throw new RangeError(`unique values suffice for ${end} records`);
    out.reserve(longestRecordBytes);
    write(seq, out);
  };
}

/** Makes one field of a run's records. @throws Error for one that the type does not have */
export function createFieldSampler(type: TextDefinition, options: RecordOptions, name: string): FieldSampler {
  const field = type.fields.find((each) => each.name === name);
  if (field === undefined) throw new Error(`${type.name} has no field ${name}`);
  const draws = createDraws(options.seed, `${type.streams}/${name}`);
  const sample = field.sampler(createContext(options));
  return writtenText(field.schema.maxLength * 4, (seq, out) => {
    draws.open(seq);
    sample(draws, out, seq);
  });
}

/** Prepares a run's generator for who wants text. */
export function createGenerator(type: TextDefinition, options: RecordOptions): GenerateRecord {
  return generateText(createRecordWriter(type, options));
}

interface FieldWriter {
  readonly name: string;
  readonly draws: Draws;
  readonly sample: Sampler;
  readonly isAbsent: ((seq: number) => boolean) | null;
}

const quote = fixedText('"');
const closing = fixedText("}");

/** Records of which some fields are null. */
function writeSparsely(writers: readonly FieldWriter[]): WriteRecord {
  const fields = writers.map(({ name, ...writer }, index) => ({
    ...writer,
    key: fixedText(`${index === 0 ? "{" : ","}"${name}":`),
  }));
  return (seq, out) => {
    for (const { key, draws, sample, isAbsent } of fields) {
      out.word(key, 0);
      if (isAbsent?.(seq)) {
        out.word(nothing, 0);
        continue;
      }
      draws.open(seq);
      out.word(quote, 0);
      sample(draws, out, seq);
      out.word(quote, 0);
    }
    out.word(closing, 0);
  };
}

const nothing = fixedText("null");

/** Records that have every field: all that stands between two values is written at once. */
function writeFully(writers: readonly FieldWriter[]): WriteRecord {
  const fields = writers.map(({ name, draws, sample }, index) => ({
    before: fixedText(`${index === 0 ? "{" : '",'}"${name}":"`),
    draws,
    sample,
  }));
  return (seq, out) => {
    for (const { before, draws, sample } of fields) {
      draws.open(seq);
      out.word(before, 0);
      sample(draws, out, seq);
    }
    out.word(end, 0);
  };
}

const end = fixedText('"}');

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
