/** The entry to this folder: `ownFaults(definition, decode)` gives the faults of single fields that a type's records can be given. */

import { compileSampler } from "../../generate/compile-sampler.ts";
import { createDraws, type Draws } from "../../generate/draws.ts";
import { jsonOf } from "../../generate/json-text.ts";
import { isObject } from "../../generate/shapes/is-object.ts";
import type { Definition, Json, Node, ObjectNode } from "../../generate/shapes/nodes.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import type { Schema } from "../../generate/shapes/walk-schema.ts";
import { generateText } from "../../generate/write-record.ts";
import type { DecodeMessage } from "../../records/decoded.ts";
import { type FaultName, faultNames } from "../../records/faults/fault-kinds.ts";
import type { FaultyField, FieldFaults } from "../../records/faults/field-faults.ts";
import { isRelated } from "../../records/record-type.ts";
import { createConjunction } from "../compile/conjunction.ts";
import { relationsOf } from "../compile/describe-field.ts";
import { parseDefinitions } from "../definition/parse-definitions.ts";
import { editMember, type Path } from "./edit-member.ts";
import { findChanges } from "./find-changes.ts";
import { orphanFields } from "./orphans.ts";

/** What might be done to a record, before it is tried. */
interface Attempt {
  readonly kind: FaultName;
  /** Leads to what is spoiled. */
  readonly path: Path;
  /** Where the validator finds it: at the field, or at the object that lacks it or has it. */
  readonly place: Path;
  readonly change: (json: string, draws: Draws) => string;
  readonly says: string;
}

/** A change that draws another wrong value than is wanted is drawn again so often. */
const mostDraws = 12;
/** Of a faulty record: its message has room for a key and headers within Kafka's limit. */
const mostBytes = 940_000;
const trialRecords = 6;
/** Messages and their bytes that are read while it is found out what can be done: of a type with many large fields not all is tried. */
const mostTrials = 4_000;
const mostTrialBytes = 4_000_000;
/** Of the records that are tried; there is one in any case. */
const mostRecordBytes = 100_000;

/**
 * Derives from a definition what can be wrong with a single field of its records. Whatever is offered was tried: the decoder has refused the
 * record, and for just that reason. Orphans alone need a dataset to be tried in, and are refused by nobody.
 * @param decode as consumers do; it is asked about each record that is spoiled, so that a label never promises what does not come
 */
export function ownFaults(definition: Definition, decode: DecodeMessage): FieldFaults {
  const { name, version, onInvalid } = definition;
  const records = firstRecords(definition);
  const draws = createDraws(0, `${name}@${version}/faults`);
  const budget = { trials: mostTrials, bytes: mostTrialBytes };
  const counted: DecodeMessage = (value) => {
    budget.trials -= 1;
    budget.bytes -= value?.length ?? 0;
    return decode(value);
  };
  const found = new Map<FaultName, FaultyField[]>();
  for (const attempt of listAttempts(definition, records)) {
    const trial = toFaultyField(attempt, onInvalid, counted);
    const isPossible = records.some((json, seq) => {
      if (budget.trials <= 0 || budget.bytes <= 0) return false;
      draws.open(seq);
      budget.bytes -= json.length;
      return trial.spoil(json, draws, null) !== null;
    });
    if (!isPossible) continue;
    found.set(attempt.kind, [...(found.get(attempt.kind) ?? []), toFaultyField(attempt, onInvalid, decode)]);
  }
  const outcome = onInvalid === "flag" ? "flagged" : "a dead letter";
  const orphans = orphanFields(definition, decode);
  if (orphans.length > 0) found.set("orphan", [...orphans]);
  return new Map(
    faultNames.flatMap((kind) => {
      const fields = found.get(kind);
      return fields === undefined
        ? []
        : [[kind, { outcome: kind === "orphan" ? "stored" : outcome, fields }]];
    }),
  );
}

/** Those that were tried when the type was registered; of a type that is related to others such as its schema alone describes. */
function firstRecords(definition: Definition): readonly string[] {
  const made = isRelated(relationsOf(definition)) ? withoutRelations(definition) : definition;
  if (made === undefined) return [];
  const { capacity, write } = compileSampler(made, {
    seed: 0,
    referenceDate: new Date("2026-01-01T00:00:00Z"),
  });
  const make = generateText(write);
  const records: string[] = [];
  let bytes = 0;
  for (let seq = 0; seq < Math.min(trialRecords, capacity) && bytes < mostRecordBytes; seq++) {
    const json = make(seq);
    records.push(json);
    bytes += json.length;
  }
  return records;
}

const withoutRelations = ({ name, schema }: Definition): Definition | undefined =>
  parseDefinitions(JSON.stringify({ ...schema, "x-record": { name } })).definitions[0];

function toFaultyField(
  { path, place, change, says }: Attempt,
  onInvalid: Definition["onInvalid"],
  decode: DecodeMessage,
): FaultyField {
  const [field = null] = path;
  const at = place.map((step) => (step === null ? "\\d+" : literally(pointTo("", step).slice(1)))).join("/");
  // What does not fit the column is told behind it.
  const inColumn = field === null ? "" : `(?:; ${literally(field)}: [^]*)?`;
  const said = new RegExp(`^${at === "" ? "the record" : at}: ${says}${inColumn}$`);
  const isRefused = (json: string): boolean => {
    const decoded = decode(Buffer.from(json));
    const error = decoded.kind === "row" ? decoded.error : decoded.detail;
    return (
      error !== null && said.test(error) && (decoded.kind === "row" || decoded.reason === "invalid_record")
    );
  };
  return {
    name: path.map((step) => step ?? "*").join("/"),
    field,
    spoil(json, draws) {
      for (let left = mostDraws; left > 0; left--) {
        const spoiled = change(json, draws);
        const isMessage = spoiled !== json && Buffer.byteLength(spoiled) <= mostBytes;
        if (isMessage && isRefused(spoiled)) return spoiled;
      }
      return null;
    },
    isDue: (outcome) =>
      outcome.kind === "dead"
        ? onInvalid === "dead_letter" && outcome.reason === "invalid_record"
        : onInvalid === "flag" && outcome.error !== null && said.test(outcome.error),
  };
}

const literally = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");

function* listAttempts({ root, schema }: Definition, records: readonly string[]): Generator<Attempt> {
  const conjunction = createConjunction(schema);
  const parsed = records.map((json): Json => JSON.parse(json));
  // Which branch of a choice a record is of is not known before it is made: what is possible in one may be refused of another.
  const seen = new Set<string>();
  for (const object of objectsOf(root)) {
    for (const attempt of attemptsWithin(object, [])) {
      const key = JSON.stringify([attempt.kind, attempt.path]);
      if (!seen.has(key)) yield attempt;
      seen.add(key);
    }
  }

  function* attemptsWithin(object: ObjectNode, path: Path): Generator<Attempt> {
    const isClosed = conjunction(object.pointer).some(
      ({ additionalProperties, unevaluatedProperties }) =>
        additionalProperties === false || unevaluatedProperties === false,
    );
    if (isClosed) yield addsProperty(object, path);
    for (const { name, node, isRequired } of object.fields) {
      const at = [...path, name];
      if (isRequired) yield removesField(path, name);
      yield* attemptsOn(at, conjunction(node.pointer), parsed);
      if (isRequired) yield* attemptsInside(node, at);
    }
  }

  /** Within what may be missing there is not always something to be spoiled. */
  function* attemptsInside(node: Node, path: Path): Generator<Attempt> {
    if (node.kind === "object" && node.nulls === 0) yield* attemptsWithin(node, path);
    if (node.kind !== "array" || node.nulls > 0 || node.minItems === 0) return;
    // Of an array whose first items have nodes of their own nobody could say which one was drawn.
    const { items, prefix } = node;
    if (items === null || prefix.length > 0) return;
    yield* attemptsOn([...path, null], conjunction(items.pointer), parsed);
    yield* attemptsInside(items, [...path, null]);
  }
}

const objectsOf = (node: Node): readonly ObjectNode[] =>
  node.kind === "choice" ? node.branches.flatMap(objectsOf) : node.kind === "object" ? [node] : [];

const strangers = ["extra", "_debug", "legacy_id", "__v", "note", "unknown"] as const;

const addsProperty = ({ fields }: ObjectNode, path: Path): Attempt => ({
  kind: "unknown_property",
  path,
  place: path,
  says: "must NOT have (?:additional|unevaluated) properties",
  change: (json, draws) => {
    const name = draws.pick(strangers);
    if (fields.some((field) => field.name === name)) return json;
    return editMember(json, [...path, name], () => String(draws.below(1_000)), draws);
  },
});

const removesField = (path: Path, name: string): Attempt => ({
  kind: "missing_field",
  path: [...path, name],
  place: path,
  says: literally(`must have required property '${name}'`),
  change: (json, draws) => editMember(json, [...path, name], () => null, draws),
});

function* attemptsOn(path: Path, schemas: readonly Schema[], records: readonly Json[]): Generator<Attempt> {
  // In the place of a value that is null, missing, or an array without items.
  const example = records.map((record) => valueAt(record, path)).find(isTelling) ?? null;
  for (const { kind, spoil, says } of findChanges(schemas)) {
    const spoilText = (text: string | null, draws: Draws): Json | undefined =>
      text === null || text === "null" ? undefined : spoil(JSON.parse(text) as Json, draws);
    const change = (json: string, draws: Draws): string =>
      editMember(
        json,
        path,
        (text) => {
          const own = spoilText(text, draws);
          const spoiled = own === undefined ? spoil(example, draws) : own;
          return spoiled === undefined ? text : jsonOf(spoiled);
        },
        draws,
      );
    yield { kind, path, place: path, change, says };
  }
}

const valueAt = (record: Json, path: Path): Json | undefined =>
  path.reduce<Json | undefined>((value, step) => {
    if (step === null) return Array.isArray(value) ? value[0] : undefined;
    return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, record);

const isTelling = (value: Json | undefined): value is Json =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
