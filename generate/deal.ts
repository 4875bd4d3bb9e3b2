import { createDraws, type Draws } from "./draws.ts";
import type { ChildCount } from "./shapes/nodes.ts";
import { zipfWeights } from "./weighted.ts";

/** Which children are whose: parents and children by their sequence numbers, each parent's children one behind the other. */
export interface Deal {
  readonly parents: number;
  /** Of all parents together. */
  readonly children: number;
  /** The first child of a parent; that of the next parent where it has none. */
  readonly firstChildOf: (parent: number) => number;
  /** How many children a parent has. */
  readonly childrenOf: (parent: number) => number;
  readonly parentOf: (child: number) => number;
}

/** So many parents together always have the same number of children. */
const blockSize = 4_096;

/**
 * Deals children to parents. Each block of parents is dealt the same counts, the quantiles of their distribution, shuffled by the seed and the
 * block's number. So where a block's children begin follows from its number, and which child is whose is found in constant memory, in any order:
 * in the block of the last question at once, in another one after it has been shuffled (some 40 us).
 * @param name of what is dealt; other names are shuffled otherwise
 * @param parents 0 to 2^53
 * @throws RangeError where there would be more than 2^53 children
 */
export function createDeal(seed: number, name: string, count: ChildCount, parents: number): Deal {
  const quantiles = quantilesOf(count);
  const childrenOfBlock = quantiles.reduce((sum, each) => sum + each, 0);
  const block = createBlock(quantiles, createDraws(seed, name));
  const fullBlocks = Math.floor(parents / blockSize);
  const rest = parents - fullBlocks * blockSize;
  const children = fullBlocks * childrenOfBlock + (rest === 0 ? 0 : block.firstOf(fullBlocks, rest));
  if (children > 2 ** 53) throw new RangeError(`${parents} parents have more than 2^53 children`);
  const numberOf = (parent: number): number => Math.floor(parent / blockSize);
  return {
    parents,
    children,
    firstChildOf(parent) {
      const number = numberOf(parent);
      return number * childrenOfBlock + block.firstOf(number, parent - number * blockSize);
    },
    childrenOf(parent) {
      const number = numberOf(parent);
      const position = parent - number * blockSize;
      return block.firstOf(number, position + 1) - block.firstOf(number, position);
    },
    parentOf(child) {
      const number = Math.floor(child / childrenOfBlock);
      return number * blockSize + block.findParent(number, child - number * childrenOfBlock);
    },
  };
}

interface Block {
  /** How many children of a block are those of parents before this position, 0 to `blockSize`. */
  readonly firstOf: (number: number, position: number) => number;
  /** The position of the parent who has a block's child. */
  readonly findParent: (number: number, child: number) => number;
}

/** The block that was asked for last. */
function createBlock(quantiles: Uint32Array, draws: Draws): Block {
  const shuffled = new Uint32Array(blockSize);
  const firsts = new Float64Array(blockSize + 1);
  let current = -1;
  // Children are mostly asked for one behind the other.
  let lastPosition = 0;

  function shuffle(number: number): void {
    shuffled.set(quantiles);
    draws.open(number);
    for (let left = blockSize; left > 1; left--) {
      const chosen = draws.below(left);
      const kept = shuffled[chosen] as number;
      shuffled[chosen] = shuffled[left - 1] as number;
      shuffled[left - 1] = kept;
    }
    let sum = 0;
    for (let position = 0; position < blockSize; position++) {
      firsts[position] = sum;
      sum += shuffled[position] as number;
    }
    firsts[blockSize] = sum;
    current = number;
    lastPosition = 0;
  }

  const isIn = (position: number, child: number): boolean =>
    (firsts[position] as number) <= child && child < (firsts[position + 1] as number);

  return {
    firstOf(number, position) {
      if (number !== current) shuffle(number);
      return firsts[position] as number;
    },
    findParent(number, child) {
      if (number !== current) shuffle(number);
      if (isIn(lastPosition, child)) return lastPosition;
      let low = 0;
      let high = blockSize - 1;
      // The last one whose first child is not behind this one: of those without children before it none.
      while (low < high) {
        const middle = (low + high + 1) >>> 1;
        if ((firsts[middle] as number) <= child) low = middle;
        else high = middle - 1;
      }
      lastPosition = low;
      return low;
    },
  };
}

/** The counts of a block's parents, before they are shuffled: as the distribution has them, up to the rounding of one in 4,096. */
function quantilesOf(count: ChildCount): Uint32Array {
  const invert = invertCount(count);
  return Uint32Array.from({ length: blockSize }, (_, index) => invert((index + 0.5) / blockSize));
}

/** The inverse of a count's distribution between its bounds. */
function invertCount(count: ChildCount): (part: number) => number {
  const { min, max } = count;
  switch (count.kind) {
    case "fixed":
      return () => min;
    case "range":
      return (part) => min + Math.floor(part * (max - min + 1));
    case "geometric":
      // Cut off at `max`, and what lies behind it shared out among the rest.
      return createInverse(min, max, (k) => count.probability * (1 - count.probability) ** (k - min));
    case "poisson":
      return createInverse(min, max, (k) =>
        Math.exp(k * Math.log(count.mean) - count.mean - logFactorial(k)),
      );
    case "zipf": {
      const weights = zipfWeights(max - min + 1, count.exponent);
      return createInverse(min, max, (k) => weights[k - min] as number);
    }
  }
}

function createInverse(min: number, max: number, weightOf: (k: number) => number): (part: number) => number {
  const sums: number[] = [];
  let sum = 0;
  for (let k = min; k <= max; k++) {
    sum += weightOf(k);
    sums.push(sum);
  }
  // So unlikely are they all that doubles do not tell them apart: the likeliest is next to the mean.
  if (!(sum > 0)) return () => max;
  return (part) => {
    const found = sums.findIndex((each) => each >= part * sum);
    return min + (found === -1 ? sums.length - 1 : found);
  };
}

function logFactorial(n: number): number {
  let sum = 0;
  for (let k = 2; k <= n; k++) sum += Math.log(k);
  return sum;
}
