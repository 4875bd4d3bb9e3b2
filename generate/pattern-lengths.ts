import { chooseCharacters } from "./characters.ts";
import type { PatternPart } from "./shapes/pattern.ts";

/** A set of lengths in code points, in ascending order. */
export type Lengths = readonly number[];

/** Lengths of different repetitions come to so many sums at most: what has more takes seconds to prepare. */
const mostSums = 1_000_000;

/** A pattern of which it takes too long to tell what lengths its texts can have. */
export class TooManyLengths extends Error {
  override readonly name = "TooManyLengths";
}

/** Repetitions beyond the least where the expression has no bound and the node asks for no greater length. */
export const unboundedRepetitions = 8;

/** Longer texts are more than a field of any type is meant for, and their lengths take long to count. */
export const maxPatternLength = 4_000;

/** The greatest count of repetitions that is drawn. */
export const mostOf = ({ min, max }: { min: number; max: number | null }, extra: number): number =>
  max === null ? min + Math.max(unboundedRepetitions, extra) : max;

/** Where the lengths of a pattern's parts are looked up. */
export interface PatternLengths {
  readonly of: (part: PatternPart) => Lengths;
  /** What the parts of a sequence from this one on can have, and what so many repetitions of a part can. */
  readonly from: (parts: readonly PatternPart[], index: number) => Lengths;
  readonly times: (part: PatternPart, count: number) => Lengths;
}

/** @param extra repetitions without bound that a least length calls for */
export function measurePattern(extra: number): PatternLengths {
  const known = new Map<PatternPart, Lengths>();
  const suffixes = new Map<readonly PatternPart[], Lengths[]>();
  const powers = new Map<PatternPart, Lengths[]>();
  let sumsLeft = mostSums;

  function of(part: PatternPart): Lengths {
    let lengths = known.get(part);
    if (lengths === undefined) {
      lengths = measure(part);
      known.set(part, lengths);
    }
    return lengths;
  }

  function measure(part: PatternPart): Lengths {
    switch (part.kind) {
      case "set":
        return chooseCharacters(part.ranges).length === 0 ? lengthsOf([]) : lengthsOf([1]);
      case "sequence":
        return from(part.parts, 0);
      case "either":
        return lengthsOf(part.branches.flatMap((branch) => of(branch)));
      case "repeat": {
        const all: number[] = [];
        for (let count = part.min; count <= mostOf(part, extra); count++) {
          const list = times(part.part, count);
          if (list.length === 0) break;
          for (const length of list) all.push(length);
        }
        return lengthsOf(all);
      }
    }
  }

  /** All sums of one length of each set, as far as texts go. */
  function sums(one: Lengths, other: Lengths): Lengths {
    sumsLeft -= one.length * other.length;
    if (sumsLeft < 0) throw new TooManyLengths();
    return lengthsOf(one.flatMap((length) => other.map((each) => length + each)));
  }

  function from(parts: readonly PatternPart[], index: number): Lengths {
    let found = suffixes.get(parts);
    if (found === undefined) {
      found = [nothing];
      for (const part of parts.toReversed()) found.unshift(sums(of(part), found[0] as Lengths));
      suffixes.set(parts, found);
    }
    return found[index] as Lengths;
  }

  function times(part: PatternPart, count: number): Lengths {
    let found = powers.get(part);
    if (found === undefined) {
      found = [nothing];
      powers.set(part, found);
    }
    while (found.length <= count) found.push(sums(of(part), found.at(-1) as Lengths));
    return found[count] as Lengths;
  }

  return { of, from, times };
}

function lengthsOf(lengths: readonly number[]): Lengths {
  const different = new Set(lengths);
  return [...different].filter((length) => length <= maxPatternLength).sort((a, b) => a - b);
}

const nothing = lengthsOf([0]);

export function hasLength(lengths: Lengths, length: number): boolean {
  let [from, to] = [0, lengths.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((lengths[middle] as number) < length) from = middle + 1;
    else to = middle;
  }
  return lengths[from] === length;
}
