import type { Draws } from "../../generate/draws.ts";
import { jsonOf } from "../../generate/json-text.ts";
import { type Decimal, floorUnits, toDecimal, toJsonNumber } from "../../generate/shapes/decimal.ts";
import type { Json } from "../../generate/shapes/nodes.ts";

/** Makes of a value one that is wrong in some way, most of the time; undefined where it cannot. */
export type SpoilValue = (value: Json, draws: Draws) => Json | undefined;

type Candidates<T> = readonly ((value: T, draws: Draws) => Json)[];

const pickOf =
  <T extends Json>(candidates: Candidates<T>, fits: (value: Json) => value is T): SpoilValue =>
  (value, draws) =>
    fits(value) ? draws.pick(candidates)(value, draws) : undefined;

const isText = (value: Json): value is string => typeof value === "string";
const isNumber = (value: Json): value is number => typeof value === "number";
const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);
const isAny = (value: Json): value is Json => true;

/** Of any type but null. */
export const anotherType: SpoilValue = pickOf<Json>(
  [
    (value) => (typeof value === "object" ? "n/a" : String(value)),
    () => "",
    (_value, draws) => draws.below(1_000_000),
    (_value, draws) => -(1 + 2 * draws.below(500)) / 8,
    (_value, draws) => draws.below(2) === 0,
    (value) => ({ value }),
    (value) => [value],
    () => ({}),
    () => [],
  ],
  isAny,
);

/** The text again and again, in code points. */
function repeat(value: Json, length: number): string {
  const text = isText(value) && value !== "" ? value : "x";
  const points = Array.from(`${text} `.repeat(Math.ceil(length / Array.from(text).length)));
  return points.slice(0, length).join("");
}

/** From one character more than may be to twice as many. */
export const longerThan =
  (most: number): SpoilValue =>
  (value, draws) =>
    repeat(value, most + 1 + draws.below(most));

export const shorterThan =
  (least: number): SpoilValue =>
  (value, draws) =>
    repeat(value, draws.below(least));

const strangers = ["~", "!", "_", " ", "a", "A", "0", "é", "-"] as const;

const replaceOne = (value: string, draws: Draws): string => {
  const points = Array.from(value);
  points[draws.below(Math.max(1, points.length))] = draws.pick(strangers);
  return points.join("");
};

const ratherNothing = ["unknown", "n/a", "", "-", "null"] as const;

const misspellings: Candidates<string> = [
  replaceOne,
  (value) => value.slice(0, -1),
  (value, draws) => `${value}${draws.pick(strangers)}`,
  (value) => ` ${value}`,
  (value) => `<${value}>`,
  (value) => `${value.slice(0, value.length >> 1)} ${value.slice(value.length >> 1)}`,
  (value) => value.toUpperCase(),
  (value) => value.toLowerCase(),
  (_value, draws) => draws.pick(ratherNothing),
];

/** Ways in which texts are mistyped. */
export const misspelt: SpoilValue = pickOf(misspellings, isText);

const besides: Candidates<number> = [
  (value) => value + 1,
  (value) => value - 1,
  (value) => value * 10,
  (value) => value + 0.5,
  (value) => -1 - value,
];

/** A value of the same type that is not the same. */
export const another: SpoilValue = (value, draws) => {
  if (typeof value === "boolean") return !value;
  return isNumber(value) ? draws.pick(besides)(value, draws) : misspelt(value, draws);
};

/** Below a number, or above: by a little, an eighth or many times as much. */
export const beyond = (bound: number, sign: 1 | -1): SpoilValue =>
  pickOf<Json>(
    [
      () => bound,
      (_value, draws) => (sign > 0 ? Math.floor(bound) : Math.ceil(bound)) + sign * (1 + draws.below(1_000)),
      (_value, draws) => bound + (sign * (1 + draws.below(1_000))) / 8,
      (_value, draws) => Math.round(bound + sign * (Math.abs(bound) + 1) * (1 + draws.below(9))),
    ],
    isAny,
  );

/** Between two numbers that may be. */
export function besideMultiples(step: number): SpoilValue {
  const { units, decimals } = toDecimal(step);
  const half: Decimal = { units: units * 5n, decimals: decimals + 1 };
  const tenth: Decimal = { units, decimals: decimals + 1 };
  const one: Decimal = { units: 1n, decimals: 0 };
  const by = (offset: Decimal, sign: 1n | -1n) => (value: number) =>
    toJsonNumber(sum(toDecimal(value), { ...offset, units: sign * offset.units }));
  const offsets = [half, tenth, one].flatMap((offset) => [by(offset, 1n), by(offset, -1n)]);
  return pickOf(offsets, isNumber);
}

function sum(a: Decimal, b: Decimal): Decimal {
  const decimals = Math.max(a.decimals, b.decimals);
  return { units: floorUnits(a, decimals) + floorUnits(b, decimals), decimals };
}

export const fewerThan =
  (least: number): SpoilValue =>
  (value, draws) =>
    isArray(value) ? value.slice(0, draws.below(least)) : undefined;

const mostArrayBytes = 20_000;

/** Items again and again, up to three more than there may be; not where that is too much for a message. */
export const moreThan =
  (most: number): SpoilValue =>
  (value, draws) => {
    if (!isArray(value) || value.length === 0) return undefined;
    if ((jsonOf(value).length / value.length) * most > mostArrayBytes) return undefined;
    return Array.from(
      { length: most + 1 + draws.below(3) },
      (_, index) => value[index % value.length] as Json,
    );
  };

/** One item in the place of another, or behind the only one. */
export const repeated: SpoilValue = (value, draws) => {
  if (!isArray(value) || value.length === 0) return undefined;
  const [to, from] = [draws.below(value.length), draws.below(value.length)];
  return to === from ? [...value, value[from] as Json] : value.with(to, value[from] as Json);
};
