import { hashName, mix } from "./draws.ts";

/**
 * A permutation of the integers from 0 to `size - 1`.
 * @param tweak chooses another permutation under the same key
 */
export type Permutation = (index: number, tweak?: number) => number;

const two32 = 4_294_967_296;
const rounds = 6;

/**
 * A keyed permutation of exactly `size` integers in constant memory: a Feistel network over the next power of two,
 * walked along its cycle until it comes back into the domain (Black and Rogaway, "Ciphers with Arbitrary Finite
 * Domains", 2002, https://eprint.iacr.org/2001/012). At most two rounds through the network are expected.
 * It scatters; it is no encryption.
 * @param seed the run's seed, 0 to 2^53 - 1
 * @param name what is permuted; other names give other permutations
 * @param size 1 to 2^53
 */
export function createPermutation(seed: number, name: string, size: number): Permutation {
  if (!(size >= 1 && size <= 2 ** 53)) throw new RangeError("a permutation needs a size from 1 to 2^53");
  const bits = Math.max(1, Math.ceil(Math.log2(size)));
  const rightBits = Math.ceil(bits / 2);
  const rightSize = 2 ** rightBits;
  const rightMask = rightSize - 1;
  const leftMask = 2 ** (bits - rightBits) - 1;
  const keys = new Int32Array(rounds);
  let key = hashName(name) ^ mix((seed % two32) | 0) ^ mix(Math.floor(seed / two32) + 0x51ed270b);
  for (let round = 0; round < rounds; round++) {
    key = mix(key + Math.imul(round + 1, 0x9e3779b9));
    keys[round] = key;
  }

  function pass(index: number, tweak: number): number {
    let left = Math.floor(index / rightSize);
    let right = index - left * rightSize;
    for (let round = 0; round < rounds; round += 2) {
      left ^= mix((right + (keys[round] as number)) ^ tweak) & leftMask;
      right ^= mix((left + (keys[round + 1] as number)) ^ tweak) & rightMask;
    }
    return left * rightSize + right;
  }

  return (index, tweak = 0) => {
    const mixedTweak =
      tweak === 0 ? 0 : mix((tweak % two32) | 0) ^ mix(Math.floor(tweak / two32) + 0x2545f491);
    let place = pass(index, mixedTweak);
    while (place >= size) place = pass(place, mixedTweak);
    return place;
  };
}
