import type { Draws } from "./draws.ts";

/** A pattern of telephone numbers such as `+351 91# [2-9]##`, ready to write numbers. */
export interface PhonePattern {
  /** How many numbers it has. */
  readonly capacity: number;
  /** What every number begins with. */
  readonly prefix: string;
  /** Then all that each piece of it can be: digits, and the signs that stand between and behind them. */
  readonly groups: readonly (readonly string[])[];
}

/** All groups of all countries fit a processor's cache; with larger ones they did not. */
const maxGroupValues = 100;

/** Patterns share the lists of like groups. */
const lists = new Map<string, readonly string[]>();

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
  return { capacity: lists.reduce((product, list) => product * list.length, 1), prefix, groups: lists };
}

/** Every choice of one sign a place. */
function groupValues(places: readonly string[]): readonly string[] {
  const key = places.join("|");
  let values = lists.get(key);
  if (values === undefined) {
    values = places.reduce<string[]>(
      (heads, signs) => heads.flatMap((head) => Array.from(signs, (sign) => head + sign)),
      [""],
    );
    lists.set(key, values);
  }
  return values;
}

/** The number of an index from 0 to `capacity - 1`; no two indices give the same. */
export function writePhoneNumber({ prefix, groups }: PhonePattern, index: number): string {
  let text = prefix;
  let rest = index;
  for (let g = 0; g < groups.length; g++) {
    const values = groups[g] as readonly string[];
    const quotient = Math.floor(rest / values.length);
    text += values[rest - quotient * values.length] as string;
    rest = quotient;
  }
  return text;
}

/** Any of the pattern's numbers, equally likely. */
export function drawPhoneNumber({ prefix, groups }: PhonePattern, draws: Draws): string {
  let text = prefix;
  for (let g = 0; g < groups.length; g++) text += draws.pick(groups[g] as readonly string[]);
  return text;
}
