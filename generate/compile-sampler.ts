/** The entry to this folder: `compileSampler(definition, run)` gives what writes the records of a run. */

import { maxAttempts as attemptsAtWork, effortOfRecord } from "./attempts.ts";
import type { ChangeLog } from "./changes/change-log.ts";
import type { Context } from "./context.ts";
import { dependenciesOf, scalarsOf } from "./dependencies.ts";
import { createFakers } from "./faker-instances.ts";
import { compileNode, compileShared } from "./node.ts";
import { fieldScope } from "./object.ts";
import { createPeople, type People } from "./people/people.ts";
import type { SamplingContext } from "./people/sampling-context.ts";
import { settleModel } from "./people/settle-model.ts";
import { uniquePersonFeatures } from "./person.ts";
import type { Related } from "./related.ts";
import { type ChooseRecord, chosenBy } from "./relations.ts";
import { CannotSample, type Sampler } from "./sampler.ts";
import type { Definition, Json, Node, ObjectNode, ScalarNode } from "./shapes/nodes.ts";
import type { Utf8Writer } from "./utf8-writer.ts";
import { createIsValid } from "./validator.ts";

/** What a run's records follow from, beside their definition. */
export interface RunOfType {
  /** Integer from 0 to 2^53 - 1. */
  readonly seed: number;
  /** The run's pinned "now". */
  readonly referenceDate: Date;
  /** How many records there will be, where that is known: unique values must suffice for them. */
  readonly count?: number;
  /** How often a value that is not valid, or is there already, is drawn; 1,024 times by default. No value depends on it. */
  readonly maxAttempts?: number;
  /** The other types in the request. */
  readonly related?: Related;
}

/** The records of a run. Pure: a sequence number's record is the same at every call. */
export interface RecordSampler {
  /** From sequence number 0, so many records can be made: as many as unique values suffice for, or 2^53. */
  readonly capacity: number;
  /** Writes the record of a sequence number as JSON. @throws RangeError from the capacity on */
  write(seq: number, out: Utf8Writer): void;
  /** The same record; whole numbers beyond 2^53 as bigint. @throws RangeError from the capacity on */
  value(seq: number): Json;
}

/** @throws CannotSample for a node that cannot be sampled as it is asked for, with its JSON pointer */
export function compileSampler(definition: Definition, run: RunOfType): RecordSampler {
  const {
    made: sampler,
    capacity,
    begin,
  } = compileWhole(definition, run, null, (context) => compileNode(definition.root, context));
  return {
    capacity,
    write(seq, out) {
      begin(seq);
      out.reserve(sampler.room);
      sampler.write(seq, out);
    },
    value(seq) {
      begin(seq);
      return sampler.value(seq);
    },
  };
}

/** What is compiled of all of a record's fields. */
export interface Compiled<Made> {
  readonly made: Made;
  /** Of records, as a sampler's. */
  readonly capacity: number;
  /** To be called before a record is made. @throws RangeError from the capacity on */
  readonly begin: (record: number) => void;
}

/** @throws CannotSample as `compileSampler` */
export function compileWhole<Made>(
  definition: Definition,
  run: RunOfType,
  log: ChangeLog | null,
  compile: (context: Context) => Made,
): Compiled<Made> {
  const scalars = [...scalarsOf(definition.root)];
  let capacity = 2 ** 53;
  const context = createContext(definition, run, {
    scalars,
    remembered: new Set<Node>(scalars.flatMap(({ operator }) => dependenciesOf(operator))),
    log,
    limit: (records) => {
      capacity = Math.min(capacity, records);
    },
  });
  return {
    made: compile(context),
    capacity,
    begin(record) {
      if (record >= capacity) throw new RangeError(`unique values suffice for ${capacity} records`);
      context.effort.left = effortOfRecord(context.maxAttempts);
    },
  };
}

/** A field's node, and the objects in which it stands, the record first. */
export type FieldNode = readonly [objects: readonly ObjectNode[], node: ScalarNode];

/**
 * Makes one field of a run's records, and what that follows from: the value that it has in `compileSampler`'s.
 */
export function compileField(definition: Definition, [objects, node]: FieldNode, run: RunOfType): Sampler {
  const context = fieldContext(definition, [objects, node], run);
  const sampler = context.compile(node, context);
  const write: Sampler["write"] = (seq, out) => {
    context.effort.left = effortOfRecord(context.maxAttempts);
    sampler.write(seq, out);
  };
  return {
    room: sampler.room,
    write,
    value(seq) {
      context.effort.left = effortOfRecord(context.maxAttempts);
      return sampler.value(seq);
    },
  };
}

/** Which record of another type a field's value is of. */
export const compileChoice = (definition: Definition, field: FieldNode, run: RunOfType): ChooseRecord =>
  chosenBy(field[1], fieldContext(definition, field, run)).choose;

function fieldContext(definition: Definition, [objects, node]: FieldNode, run: RunOfType): Context {
  const scalars = [...new Set(withDependencies(node))];
  const root = createContext(definition, run, {
    scalars: [...scalarsOf(definition.root)],
    remembered: new Set<Node>(scalars.flatMap(({ operator }) => dependenciesOf(operator))),
    log: null,
    limit: () => {},
  });
  return objects.reduce(fieldScope, root);
}

function* withDependencies(node: ScalarNode): Generator<ScalarNode> {
  yield node;
  for (const each of dependenciesOf(node.operator)) yield* withDependencies(each);
}

function createContext(
  definition: Definition,
  run: RunOfType,
  {
    scalars,
    remembered,
    log,
    limit,
  }: {
    readonly scalars: readonly ScalarNode[];
    readonly remembered: ReadonlySet<Node>;
    readonly log: ChangeLog | null;
    readonly limit: (records: number) => void;
  },
): Context {
  const { seed, referenceDate, count, related, maxAttempts = attemptsAtWork } = run;
  return {
    seed,
    own: definition,
    related: related ?? null,
    log,
    referenceTimeMs: referenceDate.getTime(),
    place: null,
    maxAttempts,
    effort: { left: effortOfRecord(maxAttempts) },
    redraw: "",
    scope: null,
    remembered,
    fakerOf: createFakers(referenceDate.getTime()),
    people: peopleOf(run, scalars),
    isValid: createIsValid(definition.schema, maxAttempts),
    limit(node, records) {
      if (count !== undefined && count > records) refuseTooMany(node, records, count);
      limit(records);
    },
    compile: compileNode,
    compileShared,
  };
}

function refuseTooMany({ pointer }: ScalarNode, records: number, count: number): never {
  const [most, wanted] = [records, count].map((each) => each.toLocaleString("en"));
  throw new CannotSample(
    pointer,
    `has ${most} different values for unique use, fewer than the ${wanted} records`,
  );
}

/** The built-in people of the seed, made when a field first asks for one. */
function peopleOf({ seed, referenceDate }: RunOfType, scalars: readonly ScalarNode[]): SamplingContext {
  const model = settleModel({ unique: uniquePersonFeatures(scalars) });
  let people: People | undefined;
  return {
    seed,
    referenceTimeMs: referenceDate.getTime(),
    model,
    people: () => {
      people ??= createPeople(seed, model);
      return people;
    },
  };
}
