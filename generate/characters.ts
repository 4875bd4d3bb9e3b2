import { jsonOf } from "./json-text.ts";
import { createWords, type Words } from "./words.ts";

type Range = readonly [number, number];

/** More choices make no text look different. */
const maxChoices = 1_024;

/** Of no more characters each is meant. */
const fewChoices = 256;

/** A class of white space means a space, and one of all but a few signs no control characters. */
const isInvisible = (point: number): boolean =>
  point !== 0x20 && /^[\p{C}\p{Z}]$/u.test(String.fromCodePoint(point));

interface Preference {
  /** No character behind it is one. */
  readonly last: number;
  readonly has: (point: number) => boolean;
}

const lastPoint = 0x10ffff;

/** What is chosen from where it is among the ranges: printable ASCII, then letters and digits of any script, then all else. */
const preferences: readonly Preference[] = [
  { last: 0x7e, has: (point) => point >= 0x20 },
  { last: lastPoint, has: (point) => /^[\p{L}\p{Nd}]$/u.test(String.fromCodePoint(point)) },
  { last: lastPoint, has: (point) => !/^[\p{Cn}\p{Cc}\p{Co}]$/u.test(String.fromCodePoint(point)) },
  { last: lastPoint, has: () => true },
];

const chosen = new WeakMap<readonly Range[], readonly number[]>();

/**
 * The characters that a set of ranges is drawn from. A set that only excludes characters (`.`, `[^,]`) means text, not
 * all of Unicode, so that of wide sets only what is preferred is taken.
 * @returns none where there are only halves of surrogate pairs
 */
export function chooseCharacters(ranges: readonly Range[]): readonly number[] {
  const known = chosen.get(ranges) ?? choose(ranges);
  chosen.set(ranges, known);
  return known;
}

function choose(ranges: readonly Range[]): readonly number[] {
  const count = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  if (count <= fewChoices) {
    const all = [...new Set(pointsOf(ranges, lastPoint))];
    const visible = all.filter((point) => !isInvisible(point));
    return visible.length > 0 ? visible : all;
  }
  for (const { last, has } of preferences) {
    const found = new Set<number>();
    for (const point of pointsOf(ranges, last)) {
      if (has(point)) found.add(point);
      if (found.size === maxChoices) break;
    }
    if (found.size > 0) return [...found];
  }
  return [];
}

function* pointsOf(ranges: readonly Range[], last: number): Generator<number> {
  for (const [from, to] of ranges) {
    for (let point = from; point <= Math.min(to, last); point++)
      if (point < 0xd800 || point > 0xdfff) yield point;
  }
}

/** A character as it stands between JSON's quotes. */
export const escapedCharacter = (point: number): string => jsonOf(String.fromCodePoint(point)).slice(1, -1);

export const characterWords = (points: readonly number[]): Words => createWords(points.map(escapedCharacter));
