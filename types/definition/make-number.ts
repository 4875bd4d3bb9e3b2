import { toDecimal } from "../../generate/shapes/decimal.ts";
import type { Json, NumberOperator, Operator } from "../../generate/shapes/nodes.ts";
import { deriveNumber, deriveTime } from "./derive.ts";
import { type Facets, isRefusal, type Refusal, refuse } from "./facets.ts";
import { guessNumber } from "./guess-operator.ts";
import { makeShared, sharedOperators } from "./make-shared.ts";
import type { Generate } from "./read-generate.ts";
import { parsePeriod, rhythmOf } from "./read-times.ts";
import type { Made, Surroundings } from "./scalar.ts";
import { settleGrid, type Wish } from "./settle-grid.ts";

const usual = [0, 1_000] as const;
const open: Wish = { range: null, usual, decimals: null, atLeastDecimals: null, spread: null };

export function makeNumber(
  facets: Facets,
  type: "integer" | "number",
  generate: Generate,
  around: Surroundings,
): Made | Refusal {
  const { operator: asked, beside, decimals } = generate;
  if (asked === null) return guessed(facets, type, decimals, around);
  const finish = (operator: Operator, wish: Partial<Wish>): Made | Refusal => {
    const grid = settleGrid(facets, type, { ...open, decimals, ...wish });
    return isRefusal(grid) ? grid : { operator, grid, length: null, checks: [] };
  };
  if (sharedOperators.has(asked.name)) {
    const operator = makeShared(asked, beside);
    return isRefusal(operator) ? operator : finish(operator, {});
  }
  switch (asked.name) {
    case "uniform": {
      const [low, high] = asked.argument as readonly [number, number];
      if (low > high) return refuse(asked.pointer, `ends at ${high}, below its beginning at ${low}`);
      return finish({ kind: "uniform" }, { range: [toDecimal(low), toDecimal(high)] });
    }
    case "normal":
    case "lognormal":
    case "exponential":
    case "zipf": {
      const { operator, range, spread } = distribution(asked.name, asked.argument, facets);
      return finish(operator, { range: [toDecimal(range[0]), toDecimal(range[1])], spread });
    }
    case "product":
    case "add": {
      const derived = deriveNumber(asked, around);
      if (isRefusal(derived)) return derived;
      const made = finish(derived.operator, { range: derived.range, atLeastDecimals: derived.decimals });
      return isRefusal(made) ? made : (beyondBounds(facets, asked, derived.range) ?? made);
    }
    case "sequence":
      if (typeof asked.argument !== "number")
        return refuse(asked.pointer, "must be the first number, since the field holds numbers");
      return finish(
        { kind: "sequence", before: "", digits: 0, after: "", start: asked.argument },
        { range: [toDecimal(asked.argument), toDecimal(Number.MAX_SAFE_INTEGER)] },
      );
    case "between": {
      const period = parsePeriod(asked.argument, asked.pointer);
      if ("message" in period) return refuse(period.pointer, period.message);
      const growth = typeof beside.growth === "number" ? beside.growth : 1;
      return finish(
        { kind: "between", shape: "unix-seconds", period, growth, rhythm: rhythmOf(beside.rhythm) },
        seconds,
      );
    }
    case "after":
    case "before": {
      const operator = deriveTime(asked, beside, "unix-seconds", around);
      return isRefusal(operator) ? operator : finish(operator, seconds);
    }
    default:
      return refuse(asked.pointer, `gives no numbers, and the field is of type ${type}`);
  }
}

/** The years 1 to 9999. */
const seconds: Partial<Wish> = {
  range: [toDecimal(-62_135_596_800), toDecimal(253_402_300_799)],
  atLeastDecimals: 0,
};

function distribution(
  name: "normal" | "lognormal" | "exponential" | "zipf",
  argument: Json,
  facets: Facets,
): { operator: NumberOperator; range: readonly [number, number]; spread: number | null } {
  const [first, second] = (Array.isArray(argument) ? argument : [argument, 0]) as unknown as readonly [
    number,
    number,
  ];
  switch (name) {
    case "normal":
      return {
        operator: { kind: "normal", mean: first, deviation: second },
        range: [first - 8 * second, first + 8 * second],
        spread: second,
      };
    case "lognormal":
      return {
        operator: { kind: "lognormal", mu: first, sigma: second },
        range: [0, Math.exp(first + 8 * second)],
        spread: Math.exp(first),
      };
    case "exponential": {
      const low =
        facets.low === null
          ? 0
          : Number(facets.low.value.value.units) / 10 ** facets.low.value.value.decimals;
      return {
        operator: { kind: "exponential", mean: first },
        range: [low, low + 40 * first],
        spread: first,
      };
    }
    case "zipf":
      return {
        operator: { kind: "zipf", exponent: first },
        range: facets.low === null ? [1, 1e15] : [-1e15, 1e15],
        spread: null,
      };
  }
}

/** What follows from other fields cannot be drawn again: it has to lie within the bounds whatever they are. */
function beyondBounds(
  facets: Facets,
  { name, pointer }: { name: string; pointer: string },
  range: readonly [ReturnType<typeof toDecimal>, ReturnType<typeof toDecimal>],
): Refusal | null {
  const none = { ...facets, low: null, high: null };
  const free = settleGrid(none, "number", {
    ...open,
    range,
    atLeastDecimals: Math.min(range[0].decimals, 15),
  });
  const bound = settleGrid({ ...none, low: facets.low, high: facets.high }, "number", {
    ...open,
    range,
    atLeastDecimals: Math.min(range[0].decimals, 15),
  });
  if (isRefusal(free) || isRefusal(bound) || (free.lowest === bound.lowest && free.highest === bound.highest))
    return null;
  const show = (units: bigint): string => String(Number(units) / 10 ** free.decimals);
  return refuse(
    pointer,
    `the ${name} goes from ${show(free.lowest)} to ${show(free.highest)}, beyond the bounds of the field; widen them, or narrow those of the fields that it is made from`,
  );
}

function guessed(
  facets: Facets,
  type: "integer" | "number",
  decimals: number | null,
  { names }: Surroundings,
): Made | Refusal {
  const guess = guessNumber(names.name, type);
  if (guess !== null) {
    const { operator, range } = guess;
    const ownDecimals = type === "integer" || facets.step !== null ? decimals : (decimals ?? guess.decimals);
    const grid = settleGrid(facets, type, {
      ...open,
      decimals: ownDecimals,
      range: [toDecimal(range[0]), toDecimal(range[1])],
    });
    if (!isRefusal(grid)) return { operator, grid, length: null, checks: [] };
  }
  const grid = settleGrid(facets, type, { ...open, decimals });
  return isRefusal(grid) ? grid : { operator: { kind: "uniform" }, grid, length: null, checks: [] };
}
