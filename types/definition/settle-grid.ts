import {
  type Bound,
  commonMultiple,
  compareDecimals,
  type Decimal,
  gridBetween,
  toDecimal,
  toNumber,
} from "../../generate/shapes/decimal.ts";
import type { Grid } from "../../generate/shapes/nodes.ts";
import { type Facets, type Refusal, refuse } from "./facets.ts";
import { limits } from "./limits.ts";

export interface Wish {
  /** Where the operator's numbers lie; the schema's bounds are held beside it. */
  readonly range: readonly [Decimal, Decimal] | null;
  /** Where they lie if nothing bounds them. */
  readonly usual: readonly [number, number];
  /** Of `decimals` beside the operator. */
  readonly decimals: number | null;
  /** As many digits behind the point as what it is made from has; null: enough to tell a thousand numbers of the spread apart. */
  readonly atLeastDecimals: number | null;
  readonly spread: number | null;
}

const int32 = 2n ** 31n;
const int64 = 2n ** 63n;
const formats: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int32: [-int32, int32 - 1n],
  int64: [-int64, int64 - 1n],
};

/** The numbers that a schema allows of those that an operator gives. */
export function settleGrid(facets: Facets, type: "integer" | "number", wish: Wish): Grid | Refusal {
  const { low, high } = boundsOf(facets, wish);
  const step = stepOf(facets, type, wish.decimals);
  const decimals = step?.decimals ?? automaticDecimals(low.value, high.value, wish);
  const pointer = (facets.high ?? facets.low ?? facets.step)?.pointer ?? facets.pointer;
  if (decimals > limits.decimals)
    return refuse(
      facets.step?.pointer ?? pointer,
      `has ${decimals} digits behind the point; ${limits.decimals} are allowed`,
    );
  const grid = gridBetween(low, high, step ?? { units: 1n, decimals }, decimals);
  if (grid !== null) return grid;
  const between = `${describe(low)} to ${describe(high)}`;
  if (compareDecimals(low.value, high.value) > 0)
    return refuse(pointer, `leaves no number: they would go from ${between}`);
  const kind =
    step === null || (step.units === 1n && step.decimals === 0)
      ? "whole number"
      : `multiple of ${toNumber(step)}`;
  return refuse(facets.step?.pointer ?? pointer, `no ${kind} lies from ${between}`);
}

const describe = ({ value, isExclusive }: Bound): string =>
  `${isExclusive ? "(beyond) " : ""}${toNumber(value)}`;

function boundsOf(facets: Facets, { range, usual }: Wish): { low: Bound; high: Bound } {
  const inclusive = (value: Decimal): Bound => ({ value, isExclusive: false });
  let low = facets.low?.value ?? null;
  let high = facets.high?.value ?? null;
  const format = facets.formats.map(({ value }) => formats[value]).find((each) => each !== undefined);
  const outer = range ?? (format ? ([toDecimal(format[0]), toDecimal(format[1])] as const) : null);
  if (outer !== null && (range !== null || (low !== null && high !== null))) {
    if (low === null || compareDecimals(low.value, outer[0]) < 0) low = inclusive(outer[0]);
    if (high === null || compareDecimals(high.value, outer[1]) > 0) high = inclusive(outer[1]);
  }
  const span = toDecimal(usual[1] - usual[0]);
  if (low === null) {
    const isUsual = high === null || compareDecimals(high.value, toDecimal(usual[0])) > 0;
    low = inclusive(isUsual || high === null ? toDecimal(usual[0]) : add(high.value, span, -1n));
  }
  if (high === null) {
    const isUsual = compareDecimals(low.value, toDecimal(usual[1])) < 0;
    high = inclusive(isUsual ? toDecimal(usual[1]) : add(low.value, span, 1n));
  }
  return { low, high };
}

function add(a: Decimal, b: Decimal, sign: bigint): Decimal {
  const decimals = Math.max(a.decimals, b.decimals);
  const scale = (each: Decimal): bigint => each.units * 10n ** BigInt(decimals - each.decimals);
  return { units: scale(a) + sign * scale(b), decimals };
}

function stepOf(facets: Facets, type: "integer" | "number", decimals: number | null): Decimal | null {
  const steps = [
    facets.step?.value ?? null,
    type === "integer" ? { units: 1n, decimals: 0 } : null,
    decimals === null ? null : { units: 1n, decimals },
  ];
  return steps.reduce(
    (all, step) => (all === null || step === null ? (all ?? step) : reduced(commonMultiple(all, step))),
    null,
  );
}

/** Without zeros at its end, so that it has no more digits than it needs. */
function reduced(value: Decimal): Decimal {
  let { units, decimals } = value;
  while (decimals > 0 && units % 10n === 0n) {
    units /= 10n;
    decimals -= 1;
  }
  return { units, decimals };
}

function automaticDecimals(low: Decimal, high: Decimal, { atLeastDecimals, spread }: Wish): number {
  if (atLeastDecimals !== null) return Math.min(atLeastDecimals, limits.decimals);
  const ends = [toNumber(low), toNumber(high)].map(Math.abs);
  const width = spread ?? toNumber(high) - toNumber(low);
  const telling = width > 0 ? 3 - Math.floor(Math.log10(width)) : 0;
  const written = Math.max(reduced(low).decimals, reduced(high).decimals);
  // A double keeps 15 digits in all.
  const kept = limits.decimals - Math.max(0, Math.ceil(Math.log10(Math.max(...ends, 1))));
  return Math.max(0, Math.min(Math.max(2, telling, written), kept));
}
