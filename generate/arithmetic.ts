import { type Context, dependency } from "./context.ts";
import { gridSpace, writeWide } from "./grid-space.ts";
import { jsonOf, writeJson } from "./json-text.ts";
import { nearestUnits } from "./on-grid.ts";
import type { Sampler } from "./sampler.ts";
import { type Decimal, sizeOf, toDecimal, toJsonNumber } from "./shapes/decimal.ts";
import type { DerivedOperator, Grid, Json, ScalarNode } from "./shapes/nodes.ts";

type Arithmetic = Extract<DerivedOperator, { kind: "product" | "add" }>;

type Operand = (seq: number) => Json;

/** Doubles' whole numbers up to here are exact, with room for the rounding of a quotient. */
const exactUnits = 2 ** 50;

/** The product or the sum of fields and numbers in decimal arithmetic: 3 times 0.1 is 0.3. */
export function sampleArithmetic(operator: Arithmetic, node: ScalarNode, context: Context): Sampler {
  const parts = operator.kind === "product" ? operator.factors : operator.terms;
  const operands = parts.map((part): Operand => {
    if (typeof part === "number") return () => part;
    const sampler = dependency(context, part);
    return (seq) => sampler.value(seq);
  });
  const { grid } = node;
  if (grid === null) {
    const value = (seq: number): number | bigint => toJsonNumber(combine(operator.kind, operands, seq));
    return { room: 0, value, write: (seq, out) => writeJson(value(seq), out) };
  }
  const slow = (seq: number): bigint => nearestUnits(grid, combine(operator.kind, operands, seq));
  const fast = prepareFast(operator.kind, parts, operands, grid);
  if (fast === null || sizeOf(grid) > 2n ** 53n) {
    return {
      room: 0,
      value: (seq) => toJsonNumber({ units: slow(seq), decimals: grid.decimals }),
      write: (seq, out) => writeWide(slow(seq), grid.decimals, out),
    };
  }
  const space = gridSpace(grid);
  const indexOf = (seq: number): number => {
    const index = fast(seq);
    return index === null ? Number((slow(seq) - grid.lowest) / grid.step) : index;
  };
  return {
    room: space.room,
    value: (seq) => space.value(indexOf(seq)),
    write: (seq, out) => space.write(indexOf(seq), out),
  };
}

function combine(kind: Arithmetic["kind"], operands: readonly Operand[], seq: number): Decimal {
  let total: Decimal = { units: kind === "product" ? 1n : 0n, decimals: 0 };
  for (const operand of operands) {
    const next = decimalOf(operand(seq));
    total = kind === "product" ? multiply(total, next) : add(total, next);
  }
  return total;
}

const multiply = (one: Decimal, other: Decimal): Decimal => ({
  units: one.units * other.units,
  decimals: one.decimals + other.decimals,
});

function add(one: Decimal, other: Decimal): Decimal {
  const decimals = Math.max(one.decimals, other.decimals);
  const scale = ({ units, decimals: own }: Decimal): bigint => units * 10n ** BigInt(decimals - own);
  return { units: scale(one) + scale(other), decimals };
}

/** Null counts as 0; text may be a number's. */
function decimalOf(value: Json): Decimal {
  const number = typeof value === "bigint" ? value : Number(value);
  if (typeof number === "number" && !Number.isFinite(number)) {
    throw new TypeError(`${jsonOf(value)} is no number to calculate with`);
  }
  return toDecimal(number);
}

/**
 * The same with whole numbers in doubles, which is ten times as fast: possible where it is known how many decimals each
 * operand has. Gives null where the result is too large to be exact.
 */
function prepareFast(
  kind: Arithmetic["kind"],
  parts: readonly (number | ScalarNode)[],
  operands: readonly Operand[],
  grid: Grid,
): ((seq: number) => number | null) | null {
  const decimals = parts.map((part) =>
    typeof part === "number" ? toDecimal(part).decimals : (part.grid?.decimals ?? null),
  );
  if (decimals.some((each) => each === null || each > 9) || grid.step !== 1n) return null;
  const known = decimals.map((each) => each ?? 0);
  const common = kind === "product" ? known.reduce((sum, each) => sum + each, 0) : Math.max(0, ...known);
  if (common > 15 || grid.decimals > 15) return null;
  const powers = known.map((each) => 10 ** (kind === "product" ? each : common));
  const lowest = Number(grid.lowest);
  const highest = Number(grid.highest);
  if (!Number.isSafeInteger(lowest) || !Number.isSafeInteger(highest)) return null;
  const up = 10 ** Math.max(0, grid.decimals - common);
  const down = 10 ** Math.max(0, common - grid.decimals);
  return (seq) => {
    let units = kind === "product" ? 1 : 0;
    for (let at = 0; at < operands.length; at++) {
      const value = (operands[at] as Operand)(seq);
      if (typeof value !== "number") return null;
      const own = Math.round(value * (powers[at] as number));
      units = kind === "product" ? units * own : units + own;
      if (!(Math.abs(own) < exactUnits && Math.abs(units) < exactUnits)) return null;
    }
    const onGrid = down === 1 ? units * up : Math.floor(units / down + 0.5);
    if (!(Math.abs(onGrid) < exactUnits)) return null;
    return Math.max(lowest, Math.min(highest, onGrid)) - lowest;
  };
}
