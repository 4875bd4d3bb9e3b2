import type { Draws } from "./draws.ts";

/** Draws an index from 0 to `weights.length - 1` in proportion to the weights. */
export type Chooser = (draws: Draws) => number;

const two32 = 4_294_967_296;

/**
 * Walker's alias method with Vose's linear set-up (https://www.keithschwarz.com/darts-dice-coins/): two draws and two
 * look-ups, whatever the number of weights.
 * @param weights finite, none negative, their sum above 0
 */
export function createChooser(weights: readonly number[]): Chooser {
  const size = weights.length;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!(sum > 0 && Number.isFinite(sum))) throw new RangeError("weights need a finite sum above 0");
  const scaled = weights.map((weight) => (weight * size) / sum);
  const small: number[] = [];
  const large: number[] = [];
  scaled.forEach((share, index) => {
    (share < 1 ? small : large).push(index);
  });
  // In 2^-32, to be compared with 32 random bits. What rounding leaves unpaired below keeps itself, unless it is 0.
  const threshold = Float64Array.from(weights, (weight) => (weight > 0 ? two32 : 0));
  const alias = new Uint32Array(size).fill(weights.indexOf(Math.max(...weights)));
  while (small.length > 0 && large.length > 0) {
    const less = small.pop() as number;
    const more = large.at(-1) as number;
    threshold[less] = (scaled[less] as number) * two32;
    alias[less] = more;
    const rest = (scaled[more] as number) - (1 - (scaled[less] as number));
    scaled[more] = rest;
    if (rest < 1) small.push(large.pop() as number);
  }
  return (draws) => {
    const index = draws.below(size);
    return draws.bits() < (threshold[index] as number) ? index : (alias[index] as number);
  };
}

/** The weights of Zipf's law, 1 / rank^exponent, of the ranks 1 to `size`. */
export function zipfWeights(size: number, exponent: number): readonly number[] {
  return Array.from({ length: size }, (_, index) => (index + 1) ** -exponent);
}
