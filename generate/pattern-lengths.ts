import type { PatternPart } from "../types/definition/pattern.ts";
import { chooseCharacters } from "./characters.ts";

/** Sets of lengths in code points, as bits: bit n says that n is one. */
export type Lengths = bigint;

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
  const mask = (1n << BigInt(maxPatternLength + 1)) - 1n;
  const known = new Map<PatternPart, Lengths>();
  const suffixes = new Map<readonly PatternPart[], Lengths[]>();
  const powers = new Map<PatternPart, Lengths[]>();

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
        return chooseCharacters(part.ranges).length === 0 ? 0n : 2n;
      case "sequence":
        return from(part.parts, 0);
      case "either":
        return part.branches.reduce((all, branch) => all | of(branch), 0n);
      case "repeat": {
        let all = 0n;
        for (let count = part.min; count <= mostOf(part, extra); count++) {
          const lengths = times(part.part, count);
          if (lengths === 0n) break;
          all |= lengths;
        }
        return all;
      }
    }
  }

  function from(parts: readonly PatternPart[], index: number): Lengths {
    let found = suffixes.get(parts);
    if (found === undefined) {
      found = new Array<Lengths>(parts.length + 1).fill(1n);
      for (let at = parts.length - 1; at >= 0; at--) {
        found[at] = sums(of(parts[at] as PatternPart), found[at + 1] as Lengths) & mask;
      }
      suffixes.set(parts, found);
    }
    return found[index] as Lengths;
  }

  function times(part: PatternPart, count: number): Lengths {
    let found = powers.get(part);
    if (found === undefined) {
      found = [1n];
      powers.set(part, found);
    }
    while (found.length <= count) found.push(sums(of(part), found.at(-1) as Lengths) & mask);
    return found[count] as Lengths;
  }

  return { of, from, times };
}

/** All sums of one length of each set. */
function sums(one: Lengths, other: Lengths): Lengths {
  let all = 0n;
  for (const length of listLengths(one)) all |= other << BigInt(length);
  return all;
}

export const hasLength = (lengths: Lengths, length: number): boolean =>
  length >= 0 && ((lengths >> BigInt(length)) & 1n) === 1n;

export function listLengths(lengths: Lengths): number[] {
  const bits = lengths.toString(2);
  const list: number[] = [];
  for (let at = bits.length - 1; at >= 0; at--) if (bits[at] === "1") list.push(bits.length - 1 - at);
  return list;
}
