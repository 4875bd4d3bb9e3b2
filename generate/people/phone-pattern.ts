import type { Draws } from "../draws.ts";
import type { Utf8Writer } from "../utf8-writer.ts";
import { createWords, fixedText, type Words } from "../words.ts";

/** A pattern of telephone numbers such as `+351 91# [2-9]##`, ready to write numbers. */
export interface PhonePattern {
  /** How many numbers it has. */
  readonly capacity: number;
  /** What every number begins with. */
  readonly prefix: Words;
  /** Then all that each piece of it can be: digits, and the signs that stand between and behind them. */
  readonly groups: readonly Words[];
}

/** All groups of all countries fit a processor's cache; with larger ones they did not. */
const maxGroupValues = 100;

/** Patterns share the lists of like groups. */
const lists = new Map<string, Words>();

/** Reads a pattern in which `#` is any digit and `[279]` one of these. */
export function parsePhonePattern(pattern: string): PhonePattern {
  const places = (pattern.match(/\[\d+\]|./g) ?? []).map((sign) =>
    sign === "#" ? "0123456789" : sign.replace(/[[\]]/g, ""),
  );
  const firstFree = places.findIndex((signs) => signs.length > 1);
  const prefix = places.slice(0, firstFree === -1 ? places.length : firstFree).join("");
  const groups: string[][] = [];
  let values = maxGroupValues;
  for (const signs of places.slice(prefix.length)) {
    if (values * signs.length > maxGroupValues && signs.length > 1) {
      groups.push([]);
      values = 1;
    }
    groups.at(-1)?.push(signs);
    values *= signs.length;
  }
  const lists = groups.map(groupValues);
  const capacity = lists.reduce((product, { size }) => product * size, 1);
  return { capacity, prefix: fixedText(prefix), groups: lists };
}

/** Every choice of one sign a place. */
function groupValues(places: readonly string[]): Words {
  const key = places.join("|");
  let values = lists.get(key);
  if (values === undefined) {
    values = createWords(
      places.reduce<string[]>(
        (heads, signs) => heads.flatMap((head) => Array.from(signs, (sign) => head + sign)),
        [""],
      ),
    );
    lists.set(key, values);
  }
  return values;
}

/** Writes the number of an index from 0 to `capacity - 1`; no two indices give the same. */
export function writePhoneNumber({ prefix, groups }: PhonePattern, index: number, out: Utf8Writer): void {
  out.word(prefix, 0);
  let rest = index;
  for (let g = 0; g < groups.length; g++) {
    const values = groups[g] as Words;
    const quotient = Math.floor(rest / values.size);
    out.word(values, rest - quotient * values.size);
    rest = quotient;
  }
}

/** Writes any of the pattern's numbers, equally likely. */
export function drawPhoneNumber({ prefix, groups }: PhonePattern, draws: Draws, out: Utf8Writer): void {
  out.word(prefix, 0);
  for (let g = 0; g < groups.length; g++) {
    const values = groups[g] as Words;
    out.word(values, draws.below(values.size));
  }
}
