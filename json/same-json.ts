import { endOfString } from "./json-members.ts";

/**
 * Whether two texts, both valid JSON, say the same: whatever the white space, the escapes and the order of an object's
 * names, with numbers compared by their value as decimals, to the last digit. Where a name stands twice, the last one
 * counts, as it does for JSON.parse, jsonb and the operators of json. Takes time and memory in proportion to the texts,
 * whatever is in them.
 */
export function isSameJson(one: string, other: string): boolean {
  return one === other || isSameValue(parseExactly(one), parseExactly(other));
}

const numberToken = /-?\d[\d.eE+-]*/g;

/**
 * Parses JSON with each number as a string of its exact value. Half a surrogate pair stands before it, so that it is
 * equal to no string of a message that is stored: no UTF-8 has it, and its escape is refused.
 */
function parseExactly(text: string): unknown {
  let exact = "";
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf('"', at);
    const outside = text.slice(at, open < 0 ? text.length : open);
    exact += outside.replace(numberToken, (token) => `"\\ud800${exactNumber(token)}"`);
    at = open < 0 ? text.length : endOfString(text, open);
    if (open >= 0) exact += text.slice(open, at);
  }
  return JSON.parse(exact);
}

/** Significant digits and the power of ten of the last one: 1e3, 1000 and 1000.0 are `1e3`. */
function exactNumber(token: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]\+?(-?\d+))?$/.exec(token) ?? [];
  const digits = whole + fraction;
  let first = 0;
  let end = digits.length;
  while (first < end && digits[first] === "0") first += 1;
  if (first === end) return "0";
  while (digits[end - 1] === "0") end -= 1;
  const shift = digits.length - end - fraction.length;
  // Beyond 2^53 there are exponents too.
  const power = exponent.length < 16 ? Number(exponent) + shift : BigInt(exponent) + BigInt(shift);
  return `${sign}${digits.slice(first, end)}e${power}`;
}

/**
 * Does not recurse: what JSON.parse and PostgreSQL take may be nested deeper than a stack of calls (Node's
 * isDeepStrictEqual ends with a RangeError at some 2,000 levels).
 */
function isSameValue(one: unknown, other: unknown): boolean {
  const pairs: [unknown, unknown][] = [[one, other]];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [a, b] = pair;
    if (a === b) continue;
    if (!isObject(a) || !isObject(b)) return false;
    if (Array.isArray(a) && Array.isArray(b)) {
      if (a.length !== b.length) return false;
      for (let index = 0; index < a.length; index++)
        if (a[index] !== b[index]) pairs.push([a[index], b[index]]);
      continue;
    }
    if (Array.isArray(a) || Array.isArray(b)) return false;
    const names = Object.keys(a);
    if (names.length !== Object.keys(b).length) return false;
    for (const name of names) {
      if (!Object.hasOwn(b, name)) return false;
      if (a[name] !== b[name]) pairs.push([a[name], b[name]]);
    }
  }
  return true;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
