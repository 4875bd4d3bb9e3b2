import { createDraws, type Draws, type PlacedDraws } from "./draws.ts";

/**
 * Where in an array, or in arrays within arrays, samplers are at work: set by the array before it asks its items' sampler,
 * read by their streams. The number has the arrays' indices as its digits, so that no two places share one.
 */
export interface Place {
  position: number;
  /** Positions are below this. */
  readonly size: number;
}

/** Positions that fit beside a sequence number into the 64 bits from which a stream is opened. */
const positionsPerBlock = 2_048;

/**
 * A node's stream, opened at (sequence number, position). Two such pairs never open the same one: up to 2,048 positions
 * stand beside the sequence number in the bits that are permuted, and further blocks of positions have names of their
 * own, as other fields have.
 * @param place null outside of arrays
 */
export function createStream(seed: number, name: string, place: Place | null): Draws {
  const first = createDraws(seed, name);
  if (place === null) return first;
  const blocks = [first];
  let current = first;
  return {
    open(seq) {
      const { position } = place;
      const block = Math.floor(position / positionsPerBlock);
      blocks[block] ??= createDraws(seed, `${name}+${block}`);
      current = blocks[block] as PlacedDraws;
      current.openAt(seq, position - block * positionsPerBlock);
    },
    bits: () => current.bits(),
    below: (bound) => current.below(bound),
    pick: (choices) => current.pick(choices),
  };
}

/** A uniform number from 0, below 1, of 53 random bits. */
export function fraction(draws: Draws): number {
  return (draws.bits() * 0x20_0000 + (draws.bits() >>> 11)) / 2 ** 53;
}

/** A uniform integer from 0 to `bound - 1`; bound up to 2^53. */
export function belowWide(draws: Draws, bound: number): number {
  return bound <= 2 ** 32 ? draws.below(bound) : Math.floor(fraction(draws) * bound);
}
