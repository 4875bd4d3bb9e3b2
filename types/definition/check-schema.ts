import type { ErrorObject } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { isObject } from "../../generate/shapes/is-object.ts";
import type { Json } from "../../generate/shapes/nodes.ts";
import { PatternError, parsePattern } from "../../generate/shapes/parse-pattern.ts";
import { partsOf } from "../../generate/shapes/pattern.ts";
import { pointTo, tokensOf } from "../../generate/shapes/pointer.ts";
import {
  countSchemas,
  entriesOf,
  listOf,
  type Schema,
  visitSchemas,
} from "../../generate/shapes/walk-schema.ts";
import { findEndless } from "./find-endless.ts";
import { limits } from "./limits.ts";
import { metaSchema } from "./meta-schema.ts";
import type { Fault } from "./problem.ts";

/** Messages of keywords that only say that those within them failed. */
const summaries = new Set(["if", "allOf", "$ref", "$dynamicRef"]);

let compiled: ReturnType<Ajv2020["compile"]> | undefined;

/** What is wrong by JSON Schema's own rules and those of the two keywords. */
export function checkSchema(schema: Schema): readonly Fault[] {
  compiled ??= new Ajv2020({
    allErrors: true,
    ownProperties: true,
    verbose: true,
    strict: false,
    validateFormats: false,
  }).compile(metaSchema);
  compiled(roundBigints(schema));
  const faults = new Map<string, Fault>();
  for (const error of compiled.errors ?? []) {
    if (summaries.has(error.keyword)) continue;
    const fault = describe(error);
    // The first is what the schema says of the place itself; others follow from it.
    if (!faults.has(fault.pointer)) faults.set(fault.pointer, fault);
  }
  return [...faults.values(), ...checkPatterns(schema), ...checkSizes(schema), ...findEndless(schema)];
}

function describe({ instancePath, keyword, params, message, parentSchema }: ErrorObject): Fault {
  // ajv writes a place within a map as the map's, and the name beside it.
  const said: unknown = parentSchema?.["x-message"];
  if (typeof said === "string") return { pointer: instancePath, message: said };
  const allowed: unknown = params.allowedValues;
  if (keyword === "enum" && Array.isArray(allowed))
    return { pointer: instancePath, message: `must be one of ${allowed.join(", ")}` };
  return { pointer: instancePath, message: message ?? "is not valid" };
}

const lists = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const sizedMaps = ["patternProperties", "dependentRequired", "dependentSchemas"];

function checkSizes(schema: Schema): readonly Fault[] {
  const faults: Fault[] = [];
  visitSchemas(schema, (each, pointer) => {
    const check = (keyword: string, size: number): void => {
      if (size <= limits.branches) return;
      const message = `has ${size.toLocaleString("en")} members; ${limits.branches.toLocaleString("en")} are allowed`;
      const isValues = keyword === "oneOf" || keyword === "anyOf";
      faults.push({
        pointer: pointTo(pointer, keyword),
        message: isValues ? `${message}; values alone are an enum` : message,
      });
    };
    for (const keyword of lists) check(keyword, listOf(each[keyword]).length);
    for (const keyword of sizedMaps) check(keyword, entriesOf(each[keyword]).length);
  });
  const schemas = countSchemas(schema);
  if (schemas > limits.schemas)
    faults.push({
      pointer: "",
      message: `has ${schemas.toLocaleString("en")} schemas within it; ${limits.schemas.toLocaleString("en")} are allowed`,
    });
  return faults;
}

function checkPatterns(schema: Schema): readonly Fault[] {
  const faults: Fault[] = [];
  let partsLeft: number = limits.allPatternParts;
  const faultOfPattern = (source: string): string | null => {
    try {
      partsLeft -= partsOf(parsePattern(source));
      return partsLeft >= 0
        ? null
        : `comes to more than ${limits.allPatternParts.toLocaleString("en")} parts with the patterns before it, repetitions counted`;
    } catch (error) {
      if (error instanceof PatternError) return error.message;
      throw error;
    }
  };
  visitSchemas(schema, (each, pointer) => {
    const patterns = isObject(each.patternProperties) ? Object.keys(each.patternProperties) : [];
    const places: [string, Json | undefined][] = [
      [pointTo(pointer, "pattern"), each.pattern],
      ...patterns.map((pattern): [string, Json] => [pointTo(pointer, "patternProperties", pattern), pattern]),
    ];
    const generate = each["x-generate"];
    if (isObject(generate)) places.push([pointTo(pointer, "x-generate", "pattern"), generate.pattern]);
    for (const [place, source] of places) {
      const message = typeof source === "string" ? faultOfPattern(source) : null;
      if (message !== null) faults.push({ pointer: place, message });
    }
  });
  return faults;
}

/** ajv knows no bigint; rounding keeps the order of bounds. */
export function roundBigints(value: Json): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(roundBigints);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, roundBigints(each)]));
}

/**
 * The schema without what faults are about, so that the rest can be checked too: the keyword with the fault, or where it is within a
 * map of schemas all that the schema says.
 */
export function withoutFaulty(schema: Schema, faults: readonly Fault[]): Schema {
  return faults.reduce<Json>((rest, { pointer }) => prune(rest, tokensOf(pointer)), schema) as Schema;
}

const maps = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);
const ones = new Set(["items", "additionalProperties"]);

function prune(schema: Json, [keyword, name, ...rest]: readonly string[]): Json {
  if (!isObject(schema) || keyword === undefined) return {};
  const value = Object.hasOwn(schema, keyword) ? schema[keyword] : undefined;
  if (value === undefined) return schema;
  if (ones.has(keyword))
    return { ...schema, [keyword]: prune(value, name === undefined ? [] : [name, ...rest]) };
  if (name !== undefined && keyword === "x-record") return { ...schema, [keyword]: prune(value, [name]) };
  if (name !== undefined && maps.has(keyword) && isObject(value) && Object.hasOwn(value, name)) {
    // A pattern that cannot be read is no name of anything.
    if (keyword === "patternProperties" && rest.length === 0)
      return { ...schema, [keyword]: omit(value, name) };
    const pruned = prune(value[name] as Json, rest);
    return { ...schema, [keyword]: Object.fromEntries([...Object.entries(value), [name, pruned]]) };
  }
  if (name !== undefined && lists.has(keyword) && Array.isArray(value))
    return {
      ...schema,
      [keyword]: value.map((each, index) => (String(index) === name ? prune(each, rest) : each)),
    };
  return omit(schema, keyword);
}

const omit = (schema: Schema, name: string): Schema =>
  Object.fromEntries(Object.entries(schema).filter(([each]) => each !== name));
