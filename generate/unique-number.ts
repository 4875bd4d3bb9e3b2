import { createPermutation, type Permutation } from "./permutation.ts";

/** Sequence numbers below this share the first range. */
const firstBound = 1_000;

/**
 * Gives every sequence number a whole number of its own, scattered and no longer than need be: permutes the sequence
 * numbers below 1,000 among themselves, and then those of each further count of digits. So a short run has short
 * numbers, and the number depends on nothing but the sequence number.
 */
export function createUniqueNumber(seed: number, name: string): (seq: number) => number {
  const ranges: Permutation[] = [];
  // The range of the last sequence number, which most often is that of the next one.
  let start = 0;
  let bound = 0;
  let permute: Permutation = (index) => index;

  function findRange(seq: number): void {
    let range = 0;
    start = 0;
    for (bound = firstBound; seq >= bound; bound *= 10) {
      start = bound;
      range++;
    }
    ranges[range] ??= createPermutation(seed, `${name}/${range}`, Math.min(bound, 2 ** 53) - start);
    permute = ranges[range] as Permutation;
  }

  return (seq) => {
    if (seq < start || seq >= bound) findRange(seq);
    return start + permute(seq - start);
  };
}
