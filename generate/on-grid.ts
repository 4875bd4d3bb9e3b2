import { isNarrow } from "./grid-space.ts";
import { type Decimal, floorUnits, toDecimal, toNumber } from "./shapes/decimal.ts";
import type { Grid } from "./shapes/nodes.ts";

/** The units of the grid's number next to this one. */
export function nearestUnits(grid: Grid, value: number | bigint | Decimal): bigint {
  const { lowest, highest, step, decimals } = grid;
  if (typeof value === "number" && !Number.isFinite(value)) return value > 0 ? highest : lowest;
  // Half a step up, in tenths of a unit.
  const tenths = floorUnits(typeof value === "object" ? value : toDecimal(value), decimals + 1);
  if (tenths <= 10n * lowest) return lowest;
  if (tenths >= 10n * highest) return highest;
  return lowest + step * ((tenths - 10n * lowest + 5n * step) / (10n * step));
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
  return (value) => Math.max(0, Math.min(last, Math.round((value * power - lowest) / step)));
}

/** A grid's end as a double. */
export const endOf = ({ decimals }: Grid, units: bigint): number => toNumber({ units, decimals });
