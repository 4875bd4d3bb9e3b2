import type { Grid } from "../types/definition/nodes.ts";
import { decimalText, isNarrow } from "./grid-space.ts";

/** The units of the grid's number next to this one. */
export function nearestUnits(grid: Grid, value: number | bigint | string): bigint {
  const { lowest, highest, step, decimals } = grid;
  if (value === Number.POSITIVE_INFINITY) return highest;
  if (value === Number.NEGATIVE_INFINITY || Number.isNaN(value)) return lowest;
  const units = parseUnits(String(value), decimals + 1);
  if (units <= 10n * lowest) return lowest;
  if (units >= 10n * highest) return highest;
  // Half a step up, in tenths of a unit.
  return lowest + step * ((units - 10n * lowest + 5n * step) / (10n * step));
}

const decimal = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

/** A decimal number's text as units of 10^-decimals, rounded down. */
export function parseUnits(text: string, decimals: number): bigint {
  const [, sign, whole = "", behind = "", exponent = "0"] = decimal.exec(text) ?? [];
  if (sign === undefined) throw new TypeError(`${JSON.stringify(text)} is no decimal number`);
  const shift = decimals - behind.length + Number(exponent);
  const digits = BigInt(`${sign}${whole}${behind}`);
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const power = 10n ** BigInt(-shift);
  const units = digits / power;
  return digits < 0n && units * power !== digits ? units - 1n : units;
}

/** Which of a grid's numbers is next to a value, without bigints where doubles are exact. */
export function createNearestIndex(grid: Grid): (value: number) => number {
  const last = Number((grid.highest - grid.lowest) / grid.step);
  if (!isNarrow(grid)) {
    return (value) => Number((nearestUnits(grid, value) - grid.lowest) / grid.step);
  }
  const power = Number(`1e${grid.decimals}`);
  const lowest = Number(grid.lowest);
  const step = Number(grid.step);
  return (value) => {
    const index = Math.min(last, Math.round((value * power - lowest) / step));
    // Of NaN, too.
    return index > 0 ? index : 0;
  };
}

/** A grid's end as a double. */
export const endOf = ({ decimals }: Grid, units: bigint): number => Number(decimalText(units, decimals));
