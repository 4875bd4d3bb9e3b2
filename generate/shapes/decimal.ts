import type { Grid } from "./nodes.ts";

/** units / 10^decimals, exactly. */
export interface Decimal {
  readonly units: bigint;
  readonly decimals: number;
}

/** The number as its author wrote it: 0.1 is one tenth, not the double beside it. */
export function toDecimal(value: number | bigint): Decimal {
  if (typeof value === "bigint") return { units: value, decimals: 0 };
  const [mantissa = "0", exponent = "0"] = String(value).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const units = BigInt(whole + fraction);
  const decimals = fraction.length - Number(exponent);
  return decimals >= 0 ? { units, decimals } : { units: units * 10n ** BigInt(-decimals), decimals: 0 };
}

export function toNumber({ units, decimals }: Decimal): number {
  return Number(`${units}e-${decimals}`);
}

/** Whole numbers beyond 2^53 as bigint. */
export function toJsonNumber({ units, decimals }: Decimal): number | bigint {
  const scale = 10n ** BigInt(decimals);
  const whole = units / scale;
  if (
    whole * scale === units &&
    (whole > BigInt(Number.MAX_SAFE_INTEGER) || whole < -BigInt(Number.MAX_SAFE_INTEGER))
  )
    return whole;
  return toNumber({ units, decimals });
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  const decimals = Math.max(a.decimals, b.decimals);
  const difference = scaleUp(a, decimals) - scaleUp(b, decimals);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** In units of 10^-decimals; `decimals` no fewer than its own. */
const scaleUp = (value: Decimal, decimals: number): bigint =>
  value.units * 10n ** BigInt(decimals - value.decimals);

/** In units of 10^-decimals, rounded down. */
export function floorUnits(value: Decimal, decimals: number): bigint {
  if (value.decimals <= decimals) return scaleUp(value, decimals);
  return floorDivide(value.units, 10n ** BigInt(value.decimals - decimals));
}

/** The same rounded up. */
export const ceilUnits = (value: Decimal, decimals: number): bigint =>
  -floorUnits({ units: -value.units, decimals: value.decimals }, decimals);

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return quotient * b > a ? quotient - 1n : quotient;
}

export interface Bound {
  readonly value: Decimal;
  readonly isExclusive: boolean;
}

/** The grid within two bounds; null where no number is. */
export function gridBetween(low: Bound, high: Bound, step: Decimal, decimals: number): Grid | null {
  const stepUnits = scaleUp(step, decimals);
  const up = (units: bigint): bigint => -floorDivide(-units, stepUnits) * stepUnits;
  const down = (units: bigint): bigint => floorDivide(units, stepUnits) * stepUnits;
  let lowest = up(ceilUnits(low.value, decimals));
  if (low.isExclusive && compareDecimals({ units: lowest, decimals }, low.value) === 0) lowest += stepUnits;
  let highest = down(floorUnits(high.value, decimals));
  if (high.isExclusive && compareDecimals({ units: highest, decimals }, high.value) === 0)
    highest -= stepUnits;
  return lowest > highest ? null : { decimals, lowest, highest, step: stepUnits };
}

export const isMultiple = (value: Decimal, step: Decimal): boolean => {
  const decimals = Math.max(value.decimals, step.decimals);
  return scaleUp(value, decimals) % scaleUp(step, decimals) === 0n;
};

/** The smallest number of which both are divisors. */
export function commonMultiple(a: Decimal, b: Decimal): Decimal {
  const decimals = Math.max(a.decimals, b.decimals);
  const [x, y] = [scaleUp(a, decimals), scaleUp(b, decimals)];
  let [p, q] = [x, y];
  while (q !== 0n) [p, q] = [q, p % q];
  return { units: (x / p) * y, decimals };
}

export const sizeOf = ({ lowest, highest, step }: Grid): bigint => (highest - lowest) / step + 1n;
