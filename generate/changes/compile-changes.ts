/** The entry to this folder: `compileChanges(definition, run)` gives what writes the states of records that change. */

import { compileWhole, type RunOfType } from "../compile-sampler.ts";
import { createDraws } from "../draws.ts";
import { assembleObject, type FieldWriter, fieldScope, prepareField } from "../object.ts";
import type { Changes, Definition, ObjectNode } from "../shapes/nodes.ts";
import { belowWide } from "../streams.ts";
import { Utf8Writer } from "../utf8-writer.ts";
import { type Change, type ChangeLog, createChangeLog } from "./change-log.ts";
import { groupFields } from "./group-fields.ts";

/** Records that change, of a run. Pure: the same at every call. */
export interface ChangingRecords {
  readonly log: ChangeLog;
  /** From sequence number 0, so many records can be made. */
  readonly capacity: number;
  /** Writes the record as it is after a change; of one that was deleted, as it was. @throws RangeError from the capacity on */
  writeState(change: Change, out: Utf8Writer): void;
  /** The JSON of fields that never change; null where the record has none of that name. */
  fixedTexts(names: readonly string[], record: number): readonly (string | null)[];
}

/** Behind all records' own numbers: there other values are drawn for those that change. */
const firstOther = 2 ** 52;
/** An update that would change nothing is drawn again so many times. */
const maxDraws = 16;
/** So many places a stream has within a sequence number; more updates than that no record has. */
const places = 2_048;

/** @throws CannotSample as `compileSampler` */
export function compileChanges(
  definition: Definition & { readonly changes: Changes; readonly root: ObjectNode },
  run: RunOfType,
): ChangingRecords {
  const { name, changes, root } = definition;
  const log = createChangeLog(run.seed, name, changes, run.related?.countOf(name) ?? null);
  const {
    made: fields,
    capacity,
    begin,
  } = compileWhole(definition, run, log, (context) => {
    const inside = fieldScope(context, root);
    return root.fields.map((field) => prepareField(field, inside));
  });
  const { changing, moving } = groupFields(definition);
  const numberOf = seqsOf(
    changing.map((names) => fields.filter((field) => names.includes(field.name))),
    run.seed,
    name,
  );
  const states = assembleObject(
    fields.map((field) => {
      if (moving.includes(field.name)) return field;
      const group = changing.findIndex((names) => names.includes(field.name));
      return group === -1
        ? madeAt(field, (seq) => log.at(seq).record)
        : madeAt(field, (seq) => numberOf(log.at(seq), group));
    }),
    [],
  );
  const scratch = new Utf8Writer();
  return {
    log,
    capacity,
    writeState(change, out) {
      begin(change.record);
      states.write(change.seq, out);
    },
    fixedTexts: (names, record) => {
      begin(record);
      return names.map((each) => {
        const field = fields.find((one) => one.name === each);
        return field === undefined ? null : textOf(field, record, scratch);
      });
    },
  };
}

/** A field that has at a message the value of another sequence number. */
function madeAt(field: FieldWriter, numberAt: (seq: number) => number): FieldWriter {
  const { sampler, isPresent } = field;
  return {
    ...field,
    sampler: {
      room: sampler.room,
      write: (seq, out) => sampler.write(numberAt(seq), out),
      value: (seq) => sampler.value(numberAt(seq)),
    },
    isPresent: isPresent === null ? null : (seq) => isPresent(numberAt(seq)),
  };
}

function textOf({ isPresent, room, sampler }: FieldWriter, seq: number, scratch: Utf8Writer): string | null {
  if (isPresent !== null && !isPresent(seq)) return null;
  scratch.clear();
  scratch.reserve(room);
  sampler.write(seq, scratch);
  return scratch.toString();
}

/**
 * Finds whose values the fields of a group have: those of the record itself until the group is changed, then of a number that is drawn
 * for the update.
 */
function seqsOf(
  groups: readonly (readonly FieldWriter[])[],
  seed: number,
  name: string,
): (change: Change, group: number) => number {
  const draws = createDraws(seed, `${name}#updates`);
  const scratch = new Utf8Writer();
  /** Which group an update changes, and to the values of which number. */
  const decided = new WeakMap<Change, { readonly group: number; readonly seq: number }>();
  const open = ({ record, updates }: Change): number => {
    draws.openAt(record, updates % places);
    return draws.below(groups.length);
  };

  function numberOf(change: Change, group: number): number {
    for (let each: Change | null = change; each !== null; each = each.former) {
      if (each.kind !== "update") continue;
      const { group: changed, seq } = decide(each);
      if (changed === group) return seq;
    }
    return change.record;
  }

  function decide(update: Change): { readonly group: number; readonly seq: number } {
    const known = decided.get(update);
    if (known !== undefined) return known;
    const group = open(update);
    const before = textsOf(group, numberOf(update.former as Change, group));
    // What was before has drawn as well.
    open(update);
    let seq = firstOther;
    for (let draw = 0; draw < maxDraws; draw++) {
      seq = firstOther + belowWide(draws, firstOther);
      if (textsOf(group, seq) !== before) break;
    }
    const made = { group, seq };
    decided.set(update, made);
    return made;
  }

  const textsOf = (group: number, seq: number): string =>
    (groups[group] as readonly FieldWriter[]).map((field) => textOf(field, seq, scratch) ?? "").join(",");

  return numberOf;
}
