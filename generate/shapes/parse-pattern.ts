import {
  classes,
  escapes,
  invert,
  lastPoint,
  newlines,
  properties,
  type Ranges,
} from "./character-classes.ts";
import { type Pattern, type PatternPart, sizeOfPart } from "./pattern.ts";

export const patternLimits = {
  /** Characters of a regular expression. */
  patternLength: 1_000,
  /** Characters and groups of one, as often as it repeats them: the states of its automaton, each of which costs some time a character. */
  patternParts: 4_200,
} as const;

/** A regular expression that cannot be generated; the message says what is wrong. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

/**
 * Parses a pattern, in the part of ECMA-262 that can be generated: characters, classes, groups, alternatives, repetitions (greedy or not),
 * `^` at the beginning and `$` at the end, look-ahead at the beginning, and of the Unicode properties letters and digits. No back
 * references, look-behind or word boundaries.
 * @throws PatternError
 */
export function parsePattern(source: string): Pattern {
  if (source.length > patternLimits.patternLength)
    throw new PatternError(`has more than ${patternLimits.patternLength} characters`);
  const characters = Array.from(source);
  let at = 0;
  let size = 0;

  const peek = (offset = 0): string | undefined => characters[at + offset];
  const startsWith = (text: string): boolean => Array.from(text).every((sign, index) => peek(index) === sign);
  function take(text: string): boolean {
    if (!startsWith(text)) return false;
    at += Array.from(text).length;
    return true;
  }
  const fail = (what: string): never => {
    throw new PatternError(`${what} (at character ${at + 1} of ${JSON.stringify(source)})`);
  };

  /** One whole expression: the pattern, or what a look-ahead holds. */
  function parseWhole(isInner: boolean): Pattern {
    const begin = at;
    const fromStart = take("^");
    const lookaheads: { isNegative: boolean; pattern: Pattern }[] = [];
    while (startsWith("(?=") || startsWith("(?!")) {
      const isNegative = startsWith("(?!");
      at += 3;
      const pattern = parseWhole(true);
      if (!take(")")) fail("( is not closed");
      lookaheads.push({ isNegative, pattern: { ...pattern, fromStart: true } });
    }
    if (lookaheads.length > 0 && !fromStart) fail("look-ahead needs a ^ before it");
    const branches = parseBranches();
    const toEnd = branches.every((branch) => branch.toEnd);
    if (!toEnd && branches.some((branch) => branch.toEnd))
      fail("$ must end all alternatives or none; write ^(?:a|b)$");
    const starts = branches.slice(1).map((branch) => branch.fromStart);
    if (starts.some((starts) => starts !== fromStart))
      fail("^ must begin all alternatives or none; write ^(?:a|b)$");
    if (lookaheads.length > 0 && branches.length > 1)
      fail("look-ahead before alternatives needs a group around them");
    if (!isInner && at < characters.length) fail(`unexpected ${peek()}`);
    const [only, ...others] = branches.map(({ part }) => part);
    const body: PatternPart =
      only && others.length === 0 ? only : { kind: "either", branches: branches.map(({ part }) => part) };
    return { source: characters.slice(begin, at).join(""), body, fromStart, toEnd, lookaheads };
  }

  function parseBranches(): readonly { part: PatternPart; fromStart: boolean; toEnd: boolean }[] {
    const branches = [];
    do {
      const fromStart: boolean = branches.length > 0 && take("^");
      const part = parseSequence();
      branches.push({ part, fromStart, toEnd: take("$") });
    } while (take("|"));
    return branches;
  }

  function parseSequence(): PatternPart {
    const parts: PatternPart[] = [];
    for (let next = peek(); next !== undefined && next !== "|" && next !== ")"; next = peek()) {
      if (next === "$" && (peek(1) === undefined || peek(1) === "|" || peek(1) === ")")) break;
      parts.push(parseRepeat(parseAtom()));
    }
    const [only] = parts;
    return only && parts.length === 1 ? only : { kind: "sequence", parts };
  }

  function parseAtom(): PatternPart {
    size += 1;
    const sign = peek() ?? fail("something is missing");
    if (sign === "(") return parseGroup();
    if (sign === "[") return parseSet();
    at += 1;
    if (sign === ".") return { kind: "set", ranges: invert(newlines) };
    if (sign === "\\") return { kind: "set", ranges: parseEscape() };
    if (sign === "^") return fail("^ may stand only at the beginning");
    if (sign === "$") return fail("$ may stand only at the end");
    if (sign === "*" || sign === "+" || sign === "?") return fail(`nothing stands before ${sign}`);
    return { kind: "set", ranges: [single(sign)] };
  }

  const single = (sign: string): readonly [number, number] => {
    const point = sign.codePointAt(0) as number;
    return [point, point];
  };

  function parseGroup(): PatternPart {
    at += 1;
    if (startsWith("?=") || startsWith("?!")) fail("look-ahead may stand only at the beginning, behind ^");
    if (startsWith("?<=") || startsWith("?<!")) fail("look-behind cannot be generated");
    if (!take("?:") && take("?<")) {
      while (peek() !== ">" && peek() !== undefined) at += 1;
      if (!take(">")) fail("the group's name is not closed");
    } else if (peek() === "?") fail("such groups are not known");
    // `(^a|b$)` around the whole of a pattern is common; anywhere else an anchor within a group is refused.
    const branches = parseBranches();
    if (branches.some((branch) => branch.fromStart || branch.toEnd))
      fail("^ and $ may not stand within groups");
    if (!take(")")) fail("( is not closed");
    const [only] = branches;
    return only && branches.length === 1
      ? only.part
      : { kind: "either", branches: branches.map(({ part }) => part) };
  }

  function parseRepeat(part: PatternPart): PatternPart {
    const bounds = parseBounds();
    if (bounds === null) return part;
    take("?");
    size += sizeOfPart(part) * Math.max(bounds.max ?? bounds.min + 1, 1);
    if (size > patternLimits.patternParts)
      fail(
        `repeats more than can be matched; ${patternLimits.patternParts.toLocaleString("en")} parts are allowed`,
      );
    return { kind: "repeat", part, ...bounds };
  }

  function parseBounds(): { min: number; max: number | null } | null {
    if (take("*")) return { min: 0, max: null };
    if (take("+")) return { min: 1, max: null };
    if (take("?")) return { min: 0, max: 1 };
    const match = /^\{(\d{1,6})(,(\d{1,6})?)?\}/.exec(characters.slice(at, at + 16).join(""));
    if (match === null) return null;
    at += match[0].length;
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : match[3] === undefined ? null : Number(match[3]);
    if (max !== null && max < min) fail(`{${min},${max}} ends below its beginning`);
    return { min, max };
  }

  function parseEscape(): Ranges {
    const sign = peek() ?? fail("\\ stands at the end");
    at += 1;
    const known = classes[sign];
    if (known) return known;
    if (sign === "p" || sign === "P") return parseProperty(sign === "P");
    const control = Object.hasOwn(escapes, sign) ? escapes[sign] : undefined;
    if (control !== undefined) return [[control, control]];
    if (sign === "x") return [hexadecimal(2)];
    if (sign === "u") {
      if (!take("{")) return [hexadecimal(4)];
      const end = characters.indexOf("}", at);
      const point = hexadecimal(end - at);
      at += 1;
      return [point];
    }
    if (sign === "b" || sign === "B") fail("word boundaries cannot be generated");
    if (/[1-9k]/.test(sign)) fail("back references cannot be generated");
    if (/[a-zA-Z]/.test(sign)) fail(`\\${sign} is not known`);
    return [single(sign)];
  }

  function parseProperty(isNegative: boolean): Ranges {
    const end = characters.indexOf("}", at);
    const name = peek() === "{" && end > 0 ? characters.slice(at + 1, end).join("") : "";
    const short = { Letter: "L", Uppercase_Letter: "Lu", Lowercase_Letter: "Ll", Number: "N" }[name] ?? name;
    const ranges = Object.hasOwn(properties, short) ? properties[short] : undefined;
    if (!ranges) return fail(`of the Unicode properties ${Object.keys(properties).join(", ")} are known`);
    at = end + 1;
    return isNegative ? invert(ranges) : ranges;
  }

  function hexadecimal(length: number): readonly [number, number] {
    const digits = characters.slice(at, at + length).join("");
    if (length < 1 || length > 6 || !/^[0-9a-fA-F]+$/.test(digits) || digits.length !== length)
      fail("hexadecimal digits are missing");
    at += length;
    const point = Number.parseInt(digits, 16);
    return point > lastPoint ? fail("there is no such character") : [point, point];
  }

  function parseSet(): PatternPart {
    at += 1;
    const isNegative = take("^");
    const ranges: (readonly [number, number])[] = [];
    while (!startsWith("]")) {
      const low = setMember();
      if (peek() === "-" && peek(1) !== "]" && peek(1) !== undefined && low.length === 1) {
        const before = at;
        at += 1;
        const high = setMember();
        const [[from, fromEnd] = [0, 0]] = low;
        const [[to, toEnd] = [0, 0]] = high;
        if (high.length === 1 && from === fromEnd && to === toEnd) {
          if (to < from) fail("a range ends below its beginning");
          ranges.push([from, to]);
          continue;
        }
        at = before;
      }
      ranges.push(...low);
    }
    at += 1;
    const allowed = isNegative ? invert(ranges) : ranges;
    return allowed.length === 0 ? fail("the set has no character") : { kind: "set", ranges: allowed };
  }

  function setMember(): Ranges {
    const sign = peek() ?? fail("[ is not closed");
    at += 1;
    if (sign !== "\\") return [single(sign)];
    if (take("b")) return [[8, 8]];
    if (take("-")) return [[45, 45]];
    return parseEscape();
  }

  return { ...parseWhole(false), source };
}
