import { commonMultiple, compareDecimals, toDecimal, toNumber } from "../../generate/shapes/decimal.ts";
import { isObject } from "../../generate/shapes/is-object.ts";
import type { Json } from "../../generate/shapes/nodes.ts";
import { keyOf } from "../../generate/shapes/same-json.ts";
import type { Schema } from "../../generate/shapes/walk-schema.ts";
import {
  allowsType,
  type CollectContext,
  type Facets,
  type Place,
  type Refusal,
  refuse,
  type Said,
  type TypeName,
  typeNames,
} from "./facets.ts";

const lowerCounts = ["minLength", "minItems", "minProperties", "minContains"];
const upperCounts = ["maxLength", "maxItems", "maxProperties", "maxContains"];

export function addType(schema: Schema, at: Place, facets: Facets): Refusal | null {
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

export function addValues(
  schema: Schema,
  at: Place,
  facets: Facets,
  { spend }: CollectContext,
): Refusal | null {
  const said: Said<readonly Json[]>[] = [];
  if (Array.isArray(schema.enum)) said.push({ value: schema.enum, pointer: at("enum") });
  if (schema.const !== undefined) said.push({ value: [schema.const], pointer: at("const") });
  for (const { value, pointer } of said) {
    spend(value.length, pointer);
    const before = facets.values?.value;
    const own = new Set(before === undefined ? [] : value.map(keyOf));
    const both = before === undefined ? value : before.filter((each) => own.has(keyOf(each)));
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

/** `not` of nothing but types, or of null: what remains can be made, where a check would draw in vain. @returns whether that is all it says */
export function excludeTypes(not: Json | undefined, { excluded }: Facets): boolean {
  if (!isObject(not)) return false;
  const keywords = Object.keys(not);
  const isNull =
    keywords.length === 1 &&
    (not.const === null || (Array.isArray(not.enum) && not.enum.length === 1 && not.enum[0] === null));
  const types = isNull ? ["null"] : keywords.length === 1 && not.type !== undefined ? [not.type].flat() : [];
  for (const type of types) excluded.add(type as TypeName);
  // Numbers that happen to be whole are left to the check.
  return types.length > 0 && !types.includes("integer");
}

export function settleExcluded(facets: Facets): Facets | Refusal {
  const { types, excluded, pointer } = facets;
  if (excluded.size === 0) return facets;
  const left = (types === null ? typeNames.filter((type) => type !== "integer") : [...types.value]).filter(
    (type) => !excluded.has(type) && !(type === "integer" && excluded.has("number")),
  );
  if (left.length === 0)
    return refuse(types?.pointer ?? pointer, "leaves no type, since not excludes all of them");
  facets.types = { value: new Set(left), pointer: types?.pointer ?? pointer };
  return facets;
}

export function addBounds(schema: Schema, at: Place, facets: Facets): Refusal | null {
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
    const own = toDecimal(step);
    const value = facets.step === null ? own : commonMultiple(facets.step.value, own);
    if (!Number.isFinite(toNumber(value)))
      return refuse(at("multipleOf"), "has no multiple but 0 that is one of the multipleOf beside it too");
    facets.step = { value, pointer: at("multipleOf") };
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
  return null;
}

const numberOf = (value: Json | undefined): number | bigint | null =>
  typeof value === "number" || typeof value === "bigint" ? value : null;

export function addTexts(schema: Schema, at: Place, facets: Facets, { patternOf }: CollectContext): void {
  if (typeof schema.pattern === "string")
    facets.patterns.push({ value: patternOf(schema.pattern), pointer: at("pattern") });
  if (typeof schema.format === "string") facets.formats.push({ value: schema.format, pointer: at("format") });
  if (schema.contentEncoding === "base64")
    facets.formats.push({ value: "byte", pointer: at("contentEncoding") });
}
