import type { Draws } from "./draws.ts";
import { normalProbability, normalQuantile } from "./normal.ts";
import { endOf } from "./on-grid.ts";
import type { Grid, NumberOperator } from "./shapes/nodes.ts";
import { fraction } from "./streams.ts";

/** The distributions over the real numbers, cut to the grid's bounds. */
export type ContinuousOperator = Exclude<NumberOperator, { kind: "uniform" | "zipf" }>;

/**
 * A distribution's inverse, restricted to the bounds: one draw gives one number within them, however unlikely they are.
 * @returns what turns a uniform number from 0 to 1 into one of the distribution
 */
export function createQuantile(
  grid: Grid,
  operator: Exclude<NumberOperator, { kind: "uniform" }>,
): (part: number) => number {
  const low = endOf(grid, grid.lowest);
  const high = endOf(grid, grid.highest);
  const unit = endOf(grid, grid.step);
  switch (operator.kind) {
    case "normal": {
      const { mean, deviation } = operator;
      const cut = cutNormal((low - unit / 2 - mean) / deviation, (high + unit / 2 - mean) / deviation);
      return (part) => mean + deviation * cut(part);
    }
    case "lognormal": {
      const { mu, sigma } = operator;
      const rank = (bound: number): number =>
        bound <= 0 ? Number.NEGATIVE_INFINITY : (Math.log(bound) - mu) / sigma;
      const cut = cutNormal(rank(low - unit / 2), rank(high + unit / 2));
      return (part) => Math.exp(mu + sigma * cut(part));
    }
    case "exponential": {
      const { mean } = operator;
      const most = -Math.expm1(-(high - low + unit) / mean);
      return (part) => low - unit / 2 - mean * Math.log1p(-part * most);
    }
    case "zipf": {
      const rank = createZipf(operator.exponent, (high - low) / unit + 1);
      return (part) => low + (rank.invert(part) - 1) * unit;
    }
  }
}

/** The standard normal distribution between two bounds. */
function cutNormal(from: number, to: number): (part: number) => number {
  // Nothing of it lies between: the bound next to it is all there is. By symmetry the upper tail is as exact as the lower.
  if (from > 0) {
    const mirrored = cutNormal(-to, -from);
    return (part) => -mirrored(1 - part);
  }
  const below = normalProbability(from);
  const mass = normalProbability(to) - below;
  if (!(mass > 1e-300)) return () => to;
  return (part) => normalQuantile(below + part * mass);
}

/** A continuous distribution's number, of one draw. */
export function drawContinuous(grid: Grid, operator: ContinuousOperator): (draws: Draws) => number {
  const quantile = createQuantile(grid, operator);
  return (draws) => quantile(fraction(draws));
}

/**
 * Zipf's law over ranks 1 to `size`, of any size in constant memory: rejection-inversion (Hörmann and Derflinger,
 * "Rejection-inversion to generate variates from monotone discrete distributions", 1996). Fewer than 1.3 draws a rank.
 */
export function createZipf(
  exponent: number,
  size: number,
): { draw: (draws: Draws) => number; invert: (part: number) => number } {
  const isLog = Math.abs(exponent - 1) < 1e-9;
  /** The integral of x^-exponent, and its inverse. */
  const integral = (x: number): number => (isLog ? Math.log(x) : (x ** (1 - exponent) - 1) / (1 - exponent));
  const inverse = (y: number): number =>
    isLog ? Math.exp(y) : Math.max(0, 1 + y * (1 - exponent)) ** (1 / (1 - exponent));
  const first = integral(1.5) - 1;
  const last = integral(size + 0.5);
  const clamp = (rank: number): number => Math.max(1, Math.min(size, rank));
  return {
    invert: (part) => clamp(Math.round(inverse(integral(0.5) + part * (last - integral(0.5))))),
    draw(draws) {
      for (;;) {
        const y = last + fraction(draws) * (first - last);
        const rank = clamp(Math.round(inverse(y)));
        if (y >= integral(rank + 0.5) - rank ** -exponent) return rank;
      }
    },
  };
}
