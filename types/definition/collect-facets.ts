import { commonMultiple, compareDecimals, toDecimal } from "./decimal.ts";
import {
  allowsType,
  type Facets,
  type Group,
  leaveOut,
  type Refusal,
  refuse,
  type Said,
  type TypeName,
  typeNames,
} from "./facets.ts";
import { createMatcher } from "./match-pattern.ts";
import type { Json } from "./nodes.ts";
import { parsePattern } from "./parse-pattern.ts";
import { pointTo } from "./pointer.ts";
import { isObject } from "./read-source.ts";
import type { Located, Resolve } from "./references.ts";
import { sameJson } from "./same-json.ts";
import type { Schema } from "./walk-schema.ts";

const lowerCounts = ["minLength", "minItems", "minProperties", "minContains"];
const upperCounts = ["maxLength", "maxItems", "maxProperties", "maxContains"];
/** What is only checked of what was made. */
const checkedKeywords = ["not", "unevaluatedProperties", "unevaluatedItems", "maxContains"];

export interface CollectContext {
  readonly resolve: Resolve;
  /** References opened by what is around; each as often as it was. */
  readonly open: readonly string[];
  /** How often a reference may be within itself. */
  readonly maxRecursion: number;
  /** Groups that are settled already, by pointer. */
  readonly settled: ReadonlySet<string>;
}

/** Merges what schemas say of one value. */
export function collectFacets(located: readonly Located[], context: CollectContext): Facets | Refusal {
  const [first] = located;
  const facets: Facets = {
    pointer: first?.pointer ?? "",
    references: [],
    types: null,
    values: null,
    low: null,
    high: null,
    step: null,
    counts: new Map(),
    patterns: [],
    formats: [],
    properties: new Map(),
    required: new Map(),
    closings: [],
    patternProperties: [],
    propertyNames: [],
    tuples: [],
    contains: [],
    uniqueItems: false,
    groups: [],
    generate: null,
    checks: new Set(),
  };
  for (const each of located) {
    const refusal = addSchema(each, facets, context);
    if (refusal) return refusal;
  }
  return facets;
}

function addSchema({ schema, pointer }: Located, facets: Facets, context: CollectContext): Refusal | null {
  if (schema === false) return leaveOut(pointer, "allows no value");
  if (!isObject(schema)) return null;
  const at = (keyword: string): string => pointTo(pointer, keyword);
  const fault = addType(schema, at, facets) ?? addValues(schema, at, facets);
  if (fault) return fault;
  addBounds(schema, at, facets);
  addTexts(schema, at, facets);
  addProperties(schema, at, facets);
  addItems(schema, at, facets);
  addGroups(schema, at, facets, context);
  const generate = schema["x-generate"];
  if (generate !== undefined) facets.generate ??= { value: generate, pointer: at("x-generate") };
  for (const keyword of checkedKeywords) if (schema[keyword] !== undefined) facets.checks.add(keyword);
  return addReferences(schema, at, facets, context);
}

function addReferences(
  schema: Schema,
  at: (keyword: string) => string,
  facets: Facets,
  context: CollectContext,
): Refusal | null {
  for (const keyword of ["$ref", "$dynamicRef"]) {
    const reference = schema[keyword];
    if (typeof reference !== "string") continue;
    const target = context.resolve(reference);
    if (target === null)
      return refuse(
        at(keyword),
        `leads to nothing in this definition: ${reference}; write #/$defs/NAME, and bring what stands elsewhere into $defs`,
      );
    const depth = context.open.filter((each) => each === target.pointer).length;
    if (depth > context.maxRecursion) {
      const cycle = [...context.open.slice(context.open.indexOf(target.pointer)), target.pointer];
      return leaveOut(
        at(keyword),
        `contains itself without end: ${cycle.map((each) => `#${each}`).join(" -> ")}; make a field on the way optional`,
      );
    }
    facets.references.push(target.pointer);
    const refusal = addSchema(target, facets, context);
    if (refusal) return refusal;
  }
  for (const [index, part] of listOf(schema.allOf).entries()) {
    const refusal = addSchema({ schema: part, pointer: pointTo(at("allOf"), index) }, facets, context);
    if (refusal) return refusal;
  }
  return null;
}

export const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const entriesOf = (value: Json | undefined): [string, Json][] =>
  isObject(value) ? Object.entries(value) : [];

function addType(schema: Schema, at: (keyword: string) => string, facets: Facets): Refusal | null {
  if (schema.type === undefined) return null;
  const pointer = at("type");
  const own = new Set((Array.isArray(schema.type) ? schema.type : [schema.type]) as TypeName[]);
  if (facets.types === null) {
    facets.types = { value: own, pointer };
    return null;
  }
  const before = facets.types.value;
  const both = typeNames.filter((type) => allowsType(own, type) && allowsType(before, type));
  const value = new Set(both.filter((type) => type !== "integer" || !both.includes("number")));
  facets.types = { value, pointer };
  return value.size > 0
    ? null
    : refuse(
        pointer,
        `must be ${[...own].join(" or ")} here and ${[...before].join(" or ")} beside it; no value is both`,
      );
}

function addValues(schema: Schema, at: (keyword: string) => string, facets: Facets): Refusal | null {
  const said: Said<readonly Json[]>[] = [];
  if (Array.isArray(schema.enum)) said.push({ value: schema.enum, pointer: at("enum") });
  if (schema.const !== undefined) said.push({ value: [schema.const], pointer: at("const") });
  for (const { value, pointer } of said) {
    const before = facets.values?.value;
    const both =
      before === undefined ? value : before.filter((each) => value.some((own) => sameJson(own, each)));
    if (both.length === 0)
      return refuse(
        pointer,
        before === undefined
          ? "must hold at least one value"
          : "has no value that the enum or const beside it has too",
      );
    facets.values = { value: both, pointer };
  }
  return null;
}

function addBounds(schema: Schema, at: (keyword: string) => string, facets: Facets): void {
  for (const [keyword, isLow, isExclusive] of [
    ["minimum", true, false],
    ["exclusiveMinimum", true, true],
    ["maximum", false, false],
    ["exclusiveMaximum", false, true],
  ] as const) {
    const number = numberOf(schema[keyword]);
    if (number === null) continue;
    const bound = { value: toDecimal(number), isExclusive };
    const before = isLow ? facets.low : facets.high;
    const order = before === null ? 1 : compareDecimals(bound.value, before.value.value) * (isLow ? 1 : -1);
    if (order < 0 || (order === 0 && !isExclusive)) continue;
    if (isLow) facets.low = { value: bound, pointer: at(keyword) };
    else facets.high = { value: bound, pointer: at(keyword) };
  }
  const step = numberOf(schema.multipleOf);
  if (step !== null) {
    const value = toDecimal(step);
    facets.step = {
      value: facets.step === null ? value : commonMultiple(facets.step.value, value),
      pointer: at("multipleOf"),
    };
  }
  for (const keyword of [...lowerCounts, ...upperCounts]) {
    const value = numberOf(schema[keyword]);
    if (value === null) continue;
    const before = facets.counts.get(keyword);
    const isTighter =
      before === undefined ||
      (lowerCounts.includes(keyword) ? Number(value) > before.value : Number(value) < before.value);
    if (isTighter) facets.counts.set(keyword, { value: Number(value), pointer: at(keyword) });
  }
}

const numberOf = (value: Json | undefined): number | bigint | null =>
  typeof value === "number" || typeof value === "bigint" ? value : null;

function addTexts(schema: Schema, at: (keyword: string) => string, facets: Facets): void {
  if (typeof schema.pattern === "string")
    facets.patterns.push({ value: schema.pattern, pointer: at("pattern") });
  if (typeof schema.format === "string") facets.formats.push({ value: schema.format, pointer: at("format") });
  if (schema.contentEncoding === "base64")
    facets.formats.push({ value: "byte", pointer: at("contentEncoding") });
}

function addProperties(schema: Schema, at: (keyword: string) => string, facets: Facets): void {
  const properties = entriesOf(schema.properties);
  for (const [name, property] of properties) {
    const located = { schema: property, pointer: pointTo(at("properties"), name) };
    facets.properties.set(name, [...(facets.properties.get(name) ?? []), located]);
  }
  for (const [index, name] of listOf(schema.required).entries())
    if (typeof name === "string" && !facets.required.has(name))
      facets.required.set(name, pointTo(at("required"), index));
  const patterns = entriesOf(schema.patternProperties).map(([source, property]) => ({
    source,
    matches: createMatcher(parsePattern(source)),
    located: { schema: property, pointer: pointTo(at("patternProperties"), source) },
  }));
  facets.patternProperties.push(...patterns);
  if (schema.additionalProperties !== undefined) {
    facets.closings.push({
      names: new Set(properties.map(([name]) => name)),
      patterns: patterns.map(({ matches }) => matches),
      rest: { schema: schema.additionalProperties, pointer: at("additionalProperties") },
    });
  }
  if (schema.propertyNames !== undefined)
    facets.propertyNames.push({ schema: schema.propertyNames, pointer: at("propertyNames") });
}

function addItems(schema: Schema, at: (keyword: string) => string, facets: Facets): void {
  if (schema.items !== undefined || schema.prefixItems !== undefined) {
    facets.tuples.push({
      prefix: listOf(schema.prefixItems).map((each, index) => ({
        schema: each,
        pointer: pointTo(at("prefixItems"), index),
      })),
      items: schema.items === undefined ? null : { schema: schema.items, pointer: at("items") },
    });
  }
  if (schema.contains !== undefined)
    facets.contains.push({ schema: schema.contains, pointer: at("contains") });
  if (schema.uniqueItems === true) facets.uniqueItems = true;
}

/** More conditions than these are only checked: each doubles the nodes. */
const maxConditions = 3;

function addGroups(
  schema: Schema,
  at: (keyword: string) => string,
  facets: Facets,
  { settled }: CollectContext,
): void {
  const add = (group: Group): void => {
    if (!settled.has(group.pointer)) facets.groups.push(group);
  };
  for (const keyword of ["oneOf", "anyOf"] as const) {
    if (!Array.isArray(schema[keyword])) continue;
    const branches = listOf(schema[keyword]).map((each, index) => [
      { schema: each, pointer: pointTo(at(keyword), index) },
    ]);
    add({ keyword, pointer: at(keyword), branches });
  }
  for (const condition of conditionsOf(schema, at)) {
    if (settled.size + facets.groups.length < maxConditions) add(condition);
    else if (!settled.has(condition.pointer)) facets.checks.add(condition.keyword);
    // What does not meet `if` is not made so, and has to be told by a check.
    if (condition.keyword === "if") facets.checks.add("if");
  }
}

/** `if` and the dependencies as choices: the condition and what follows from it, or not. */
function conditionsOf(schema: Schema, at: (keyword: string) => string): readonly Group[] {
  const groups: Group[] = [];
  if (schema.if !== undefined && (schema.then !== undefined || schema.else !== undefined)) {
    const branch = (keyword: string): Located[] =>
      schema[keyword] === undefined ? [] : [{ schema: schema[keyword] as Json, pointer: at(keyword) }];
    groups.push({
      keyword: "if",
      pointer: at("if"),
      branches: [[...branch("if"), ...branch("then")], branch("else")],
    });
  }
  for (const keyword of ["dependentRequired", "dependentSchemas"] as const) {
    for (const [name, consequence] of entriesOf(schema[keyword])) {
      const pointer = pointTo(at(keyword), name);
      const required =
        keyword === "dependentRequired" ? { required: [name, ...listOf(consequence)] } : { required: [name] };
      const present: Located[] = [{ schema: required, pointer, isDerived: true }];
      if (keyword === "dependentSchemas") present.push({ schema: consequence, pointer, isDerived: true });
      groups.push({
        keyword,
        pointer,
        branches: [
          present,
          [{ schema: { properties: Object.fromEntries([[name, false]]) }, pointer, isDerived: true }],
        ],
      });
    }
  }
  return groups;
}
