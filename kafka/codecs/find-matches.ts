const hashBits = 13;
/** Hash of four bytes -> where they stood last; -1 where they have not been seen. */
const seen = new Int32Array(1 << hashBits);

/** How the formats' own encoders end: the last match begins so many bytes before the end at the least … */
const lastMatchMargin = 12;
/** … and so many bytes are literals. https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md#end-of-block-conditions */
const lastLiterals = 5;

/** A match repeats `length` bytes, at least 4, that stand `distance` bytes before it; literals stand in front of it. */
export type OnMatch = (literalsFrom: number, matchAt: number, distance: number, length: number) => void;

/**
 * Finds repetitions in a part of at most 64 kB, greedily and with one look at each place, as LZ4 and Snappy do at their
 * fastest: each takes what was seen last under the hash of the next four bytes.
 * @returns where the literals behind the last match begin
 */
export function findMatches(bytes: Buffer, start: number, end: number, onMatch: OnMatch): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  seen.fill(-1);
  let literalsFrom = start;
  let misses = 0;
  for (let at = start; at < end - lastMatchMargin; ) {
    const four = view.getInt32(at, true);
    const hash = Math.imul(four, 0x9e3779b1) >>> (32 - hashBits);
    const candidate = seen[hash] as number;
    seen[hash] = at;
    if (candidate < 0 || view.getInt32(candidate, true) !== four) {
      // What does not compress is passed over ever faster.
      at += 1 + (misses++ >> 6);
      continue;
    }
    let length = 4;
    while (at + length < end - lastLiterals && bytes[candidate + length] === bytes[at + length]) length += 1;
    onMatch(literalsFrom, at, at - candidate, length);
    at += length;
    literalsFrom = at;
    misses = 0;
  }
  return literalsFrom;
}
