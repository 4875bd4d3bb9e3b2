/** The entry to linking: `linkTypes(definitions, findType)` says what is wrong between types that name one another. */

import { largestValue } from "../generate/largest-value.ts";
import { toNumber } from "../generate/shapes/decimal.ts";
import type { Definition, ScalarNode } from "../generate/shapes/nodes.ts";
import { type FieldFacts, type FieldOf, isRelated, type RecordType } from "../records/record-type.ts";
import type { FindType } from "../records/record-types.ts";
import { relateAlone } from "../records/relate-alone.ts";
import { allScalars, pathOf, relationsOf, typeBehind } from "./compile/describe-field.ts";
import { createOwnType } from "./compile/own-type.ts";
import { limits } from "./definition/limits.ts";
import type { Fault } from "./definition/problem.ts";
import { trialRun, tryRecords } from "./try-records.ts";

/**
 * Holds definitions against the types that they name: those beside them first, then what is registered.
 * @returns what is wrong, by the definition's name; where nothing is, records have been made and validated
 */
export async function linkTypes(
  definitions: readonly Definition[],
  findType: FindType,
  maxMs: number,
): Promise<ReadonlyMap<string, readonly Fault[]>> {
  const related = definitions.filter((each) => isRelated(relationsOf(each)));
  const types = await findTypes(definitions, findType);
  const faultOfChain = createChainCheck(types);
  const faults = new Map(related.map((each) => [each.name, linkDefinition(each, types, faultOfChain)]));
  if ([...faults.values()].some((each) => each.length > 0)) return faults;
  return tryRelated(related, types, maxMs);
}

type Types = ReadonlyMap<string, RecordType>;

/** These, and all that they name, directly or not. */
async function findTypes(definitions: readonly Definition[], findType: FindType): Promise<Types> {
  const types = new Map<string, RecordType>(
    definitions.map((definition) => [definition.name, createOwnType(definition)]),
  );
  const wanted = [...types.values()].flatMap(({ relations }) => relations.types);
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (types.has(name)) continue;
    const found = await findType(name);
    if (found === null) continue;
    types.set(name, found);
    wanted.push(...found.relations.types);
  }
  return types;
}

function linkDefinition(definition: Definition, types: Types, faultOfChain: FaultOfChain): readonly Fault[] {
  const faults: Fault[] = [...checkBelonging(definition, types)];
  for (const node of allScalars(definition)) {
    const own = node.isApart === true ? null : { type: definition.name, path: pathOf(node) };
    const message =
      (own === null ? null : faultOfChain(own)) ??
      faultOfNode(definition, node, types) ??
      faultOfTime(node, types);
    if (message !== null) faults.push({ pointer: node.pointer, message });
  }
  return faults;
}

const missing = (name: string): string =>
  `names the type ${name}, which is neither in this file nor registered; put it there, or register it first`;

function checkBelonging({ name, belongsTo }: Definition, types: Types): readonly Fault[] {
  if (belongsTo === null) return [];
  const pointer = belongsTo.kind === "children" ? "/x-record/childOf" : "/x-record/seriesOf";
  const way = [name];
  for (
    let of: string | undefined = belongsTo.of;
    of !== undefined;
    of = types.get(of)?.relations.belongsTo?.of
  ) {
    if (way.includes(of)) return [{ pointer, message: `goes round: ${[...way, of].join(" belongs to ")}` }];
    if (!types.has(of)) return [{ pointer, message: missing(of) }];
    way.push(of);
  }
  return [];
}

function faultOfNode(definition: Definition, node: ScalarNode, types: Types): string | null {
  const { operator } = node;
  switch (operator.kind) {
    case "ref":
      return (
        faultOfTaken({ type: operator.type, path: operator.field }, node, types) ??
        faultOfUniqueness(definition, { type: operator.type, path: operator.field }, types)
      );
    case "through":
      return faultOfTaken({ type: typeBehind(operator.of), path: operator.field }, node, types);
    case "parent":
      return faultOfTaken({ type: operator.type, path: operator.field }, node, types);
    case "count":
      return faultOfChildren(definition, operator.type, types);
    case "sum":
    case "min":
    case "max":
      return (
        faultOfChildren(definition, operator.type, types) ??
        faultOfAggregate(operator.kind, { type: operator.type, path: operator.field }, node, types)
      );
    default:
      return null;
  }
}

/** What stands in the way of taking a field over. */
function faultOfTaken(of: FieldOf, node: ScalarNode, types: Types): string | null {
  const facts = factsOf(of, types);
  if (typeof facts === "string") return facts;
  const name = `${of.type}.${of.path}`;
  if (facts.isOptional) return `${name} is missing or null in some records; name one that is always there`;
  if (node.isApart === true) return null;
  const fits = node.type === facts.type || (node.type === "number" && facts.type === "integer");
  if (!fits) return `${name} is of type ${facts.type}, and this field of type ${node.type}`;
  if (facts.bytes > largestValue(node))
    return `${name} may have ${facts.bytes.toLocaleString("en")} bytes, and this field ${largestValue(node).toLocaleString("en")}; bound the one, or widen the other`;
  return faultOfRange(name, facts.range, node);
}

function factsOf({ type, path }: FieldOf, types: Types): FieldFacts | string {
  const found = types.get(type);
  if (found === undefined) return missing(type);
  const facts = found.describeField(path);
  if (facts !== null) return facts;
  const known = found.fields.slice(0, 20).map(({ name }) => name);
  return `names ${type}.${path}, which is no single value that stays as it is and can be made by itself; ${type} has ${known.join(", ")}`;
}

function faultOfRange(what: string, range: FieldFacts["range"], { grid }: ScalarNode): string | null {
  if (range === null || grid === null) return null;
  const [lowest, highest] = [grid.lowest, grid.highest].map((units) =>
    toNumber({ units, decimals: grid.decimals }),
  ) as [number, number];
  if (range.decimals > grid.decimals)
    return `${what} has ${range.decimals} digits behind the point, and this field ${grid.decimals}; write decimals: ${range.decimals}`;
  if (range.lowest >= lowest && range.highest <= highest) return null;
  return `${what} goes from ${range.lowest} to ${range.highest}, beyond this field's ${lowest} to ${highest}`;
}

/** A reference leads to one record: by a field that is unique there, or by all of its key. */
function faultOfUniqueness(definition: Definition, { type, path }: FieldOf, types: Types): string | null {
  const target = types.get(type);
  if (target?.describeField(path)?.uniqueness !== "never") return null;
  const taken = new Set([path]);
  for (const { operator } of allScalars(definition)) {
    if (operator.kind !== "through" || operator.of.operator.kind !== "ref") continue;
    if (operator.of.operator.type === type && operator.of.operator.field === path) taken.add(operator.field);
  }
  const { keyFields } = target;
  if (keyFields.length > 0 && keyFields.every((each) => taken.has(each))) return null;
  const rest = keyFields.filter((each) => !taken.has(each));
  const way =
    keyFields.includes(path) && rest.length > 0
      ? `, but only together with ${rest.join(", ")}: take these over too, as {ref: FIELD/${rest[0]}}`
      : "; name a field that is (unique: true, sequence, uuid), or make it so";
  return `${type}.${path} is not unique${way}`;
}

function faultOfChildren({ name }: Definition, type: string, types: Types): string | null {
  const children = types.get(type);
  if (children === undefined) return missing(type);
  const { belongsTo } = children.relations;
  return belongsTo?.kind === "children" && belongsTo.of === name
    ? null
    : `the records of ${type} are no children of ${name}; write x-record: {childOf: ${name}} there`;
}

function faultOfAggregate(
  kind: "sum" | "min" | "max",
  of: FieldOf,
  node: ScalarNode,
  types: Types,
): string | null {
  const facts = factsOf(of, types);
  if (typeof facts === "string") return facts;
  const name = `${of.type}.${of.path}`;
  if (facts.isOptional) return `${name} is missing or null in some records; name one that is always there`;
  const belongsTo = types.get(of.type)?.relations.belongsTo;
  const count = belongsTo?.kind === "children" ? belongsTo.count : { min: 0, max: 0 };
  const { range } = facts;
  if (kind !== "sum") {
    if (count.min === 0 && node.operator.kind === kind && !node.operator.acceptsNull)
      return `${of.type} says count: {min: 0}: a record without children has no ${kind}; allow null here, or let there be one at least`;
    return faultOfRange(name, range, node);
  }
  if (range === null) return `${name} has no numbers`;
  const sum = {
    decimals: range.decimals,
    lowest: Math.min(range.lowest * count.max, range.lowest * count.min),
    highest: Math.max(range.highest * count.max, range.highest * count.min),
  };
  return faultOfRange(`the sum of up to ${count.max.toLocaleString("en")} ${name}`, sum, node);
}

/** `after` and `before` read times, also those of other records. */
function faultOfTime({ operator }: ScalarNode, types: Types): string | null {
  if (operator.kind !== "after" && operator.kind !== "before") return null;
  const { operator: of } = operator.of;
  const field =
    of.kind === "through"
      ? { type: typeBehind(of.of), path: of.field }
      : of.kind === "ref" || of.kind === "parent"
        ? { type: of.type, path: of.field }
        : null;
  if (field === null) return null;
  const facts = factsOf(field, types);
  if (typeof facts === "string") return facts;
  return facts.isTime ? null : `${field.type}.${field.path} has no times`;
}

/** What is wrong with a field that follows from itself by way of other types, or from too many records. */
type FaultOfChain = (field: FieldOf) => string | null;

/** Each field is looked at once, however many others follow from it. */
function createChainCheck(types: Types): FaultOfChain {
  const costs = new Map<string, number>();
  const way: string[] = [];
  const visit = ({ type, path }: FieldOf): number | string => {
    const name = `${type}.${path}`;
    const known = costs.get(name);
    if (known !== undefined) return known;
    if (way.includes(name))
      return `depends on itself: ${[...way.slice(way.indexOf(name)), name].join(" -> ")}`;
    if (way.length > limits.chain)
      return `is the last of more than ${limits.chain} fields that are made from one another`;
    way.push(name);
    let cost = 1;
    for (const each of types.get(type)?.describeField(path)?.follows ?? []) {
      const one = visit(each);
      if (typeof one === "string") return one;
      const belongsTo = types.get(each.type)?.relations.belongsTo;
      const most = each.records === "children" && belongsTo?.kind === "children" ? belongsTo.count.max : 1;
      cost += most * one;
    }
    way.pop();
    costs.set(name, cost);
    return cost;
  };
  return (field) => {
    way.length = 0;
    const cost = visit(field);
    if (typeof cost === "string") return cost;
    return cost <= limits.relatedFields
      ? null
      : `is made from up to ${cost.toLocaleString("en")} values of other records; ${limits.relatedFields.toLocaleString("en")} are allowed: let there be fewer children`;
  };
}

/** Makes the first records of each, all in one dataset, so that what they have to do with one another is prepared once. */
async function tryRelated(
  definitions: readonly Definition[],
  types: Types,
  maxMs: number,
): Promise<ReadonlyMap<string, readonly Fault[]>> {
  if (definitions.length === 0) return new Map();
  const names = definitions.map(({ name }) => name);
  const made = await relateAlone(async (name) => types.get(name) ?? null, names, trialRun);
  if (made.kind === "related")
    return new Map(
      definitions.map((each) => [each.name, tryRecords(each, maxMs / definitions.length, made.related)]),
    );
  return new Map(
    made.problems.map(({ type, message }) => {
      const isOwn = names.includes(type);
      return [
        isOwn ? type : (names[0] as string),
        [{ pointer: "/x-record", message: isOwn ? message : `${type}: ${message}` }],
      ];
    }),
  );
}
