import { createQuantile } from "./distributions.ts";
import type { Draws } from "./draws.ts";
import { writeWide } from "./grid-space.ts";
import { nearestUnits } from "./on-grid.ts";
import type { Sampler } from "./sampler.ts";
import { sizeOf, toJsonNumber } from "./shapes/decimal.ts";
import type { Grid, NumberOperator } from "./shapes/nodes.ts";
import { fraction } from "./streams.ts";

/** Numbers of a grid that has more of them than sequence numbers count: drawn as bigints. */
export function sampleWideGrid(grid: Grid, operator: NumberOperator, draws: Draws): Sampler {
  const drawUnits = operator.kind === "uniform" ? drawUniform(grid) : drawContinuous(grid, operator);
  const unitsAt = (seq: number): bigint => {
    draws.open(seq);
    return drawUnits(draws);
  };
  return {
    room: 0,
    write: (seq, out) => writeWide(unitsAt(seq), grid.decimals, out),
    value: (seq) => toJsonNumber({ units: unitsAt(seq), decimals: grid.decimals }),
  };
}

/** 64 bits more than the grid needs, so that what the remainder favours is beyond any count. */
function drawUniform(grid: Grid): (draws: Draws) => bigint {
  const size = sizeOf(grid);
  const words = Math.ceil(size.toString(2).length / 32) + 2;
  return (draws) => {
    let random = 0n;
    for (let word = 0; word < words; word++) random = (random << 32n) | BigInt(draws.bits());
    return grid.lowest + grid.step * (random % size);
  };
}

function drawContinuous(
  grid: Grid,
  operator: Exclude<NumberOperator, { kind: "uniform" }>,
): (draws: Draws) => bigint {
  const quantile = createQuantile(grid, operator);
  return (draws) => nearestUnits(grid, quantile(fraction(draws)));
}
