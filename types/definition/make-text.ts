import { preparePattern } from "../../generate/pattern.ts";
import { TooManyLengths } from "../../generate/pattern-lengths.ts";
import { lengthsOf } from "../../generate/shapes/match-pattern.ts";
import {
  type Format,
  formats,
  type Operator,
  type PersonFeature,
  type TimeShape,
} from "../../generate/shapes/nodes.ts";
import { parsePattern } from "../../generate/shapes/parse-pattern.ts";
import type { Pattern } from "../../generate/shapes/pattern.ts";
import { deriveText, deriveTime } from "./derive.ts";
import { type Facets, isRefusal, type Refusal, refuse } from "./facets.ts";
import { guessPeriod, guessText } from "./guess-operator.ts";
import type { KnownPattern } from "./known-patterns.ts";
import { limits } from "./limits.ts";
import { makeShared, sharedOperators } from "./make-shared.ts";
import type { Generate } from "./read-generate.ts";
import { parsePeriod, rhythmOf } from "./read-times.ts";
import type { Made, Surroundings } from "./scalar.ts";

/** Formats that are written otherwise elsewhere. */
const aliases: Readonly<Record<string, string>> = {
  url: "uri",
  "iso-date-time": "date-time",
  "iso-time": "time",
  guid: "uuid",
};

export const formatOf = (facets: Facets): string | null => {
  const said = facets.formats[0]?.value;
  return said === undefined ? null : ((Object.hasOwn(aliases, said) ? aliases[said] : undefined) ?? said);
};

const isKnownFormat = (format: string): format is Format => formats.some((each) => each === format);

export function makeText(facets: Facets, generate: Generate, around: Surroundings): Made | Refusal {
  const min = facets.counts.get("minLength")?.value ?? 0;
  const max = facets.counts.get("maxLength")?.value ?? null;
  if (max !== null && max < min)
    return refuse(facets.counts.get("maxLength")?.pointer ?? "", `is ${max}, below minLength (${min})`);
  if (min > limits.length)
    return refuse(
      facets.counts.get("minLength")?.pointer ?? "",
      `is above ${limits.length.toLocaleString("en")}, the longest text that is made`,
    );
  const operator =
    generate.operator === null
      ? usualOperator(facets, around, min, max)
      : askedOperator(facets, generate, around);
  if (isRefusal(operator)) return operator;
  const fixed = faultOfLength(operator, facets, min, max);
  if (fixed) return fixed;
  const length =
    operator.kind === "words"
      ? wordsLength(min, max)
      : min === 0 && max === null
        ? null
        : { min, max: Math.min(max ?? limits.length, limits.length) };
  if (operator.kind === "pattern" && !canBeMeasured(operator.pattern, length))
    return refuse(
      generate.operator?.pointer ?? facets.patterns[0]?.pointer ?? facets.pointer,
      "repeats too much of different lengths for those of its texts to be told; repeat fewer parts, or parts of one length",
    );
  return { operator, grid: null, length, checks: checksOf(operator, facets, min, max) };
}

function canBeMeasured({ body }: Pattern, length: Made["length"]): boolean {
  try {
    preparePattern(body, length);
    return true;
  } catch (error) {
    if (error instanceof TooManyLengths) return false;
    throw error;
  }
}

/** Texts of which nothing is said have 3 to 40 characters. */
function wordsLength(min: number, max: number | null): { min: number; max: number } {
  const most = Math.min(max ?? Math.max(40, 2 * min), Math.max(80, 2 * min), limits.length);
  return { min: Math.max(min, Math.min(3, most)), max: most };
}

function usualOperator(facets: Facets, { names }: Surroundings, min: number, max: number | null): Operator {
  const [pattern] = facets.patterns;
  if (pattern) return { kind: "pattern", pattern: withRoom(pattern.value, min) };
  const format = formatOf(facets);
  const byFormat = format === null ? null : ofFormat(format, names.name);
  if (byFormat?.kind === "format" && byFormat.format === "email") {
    const byName = guessText(names);
    if (byName?.kind === "person" && byName.feature === "email" && (max ?? 255) >= 64) return byName;
  }
  if (byFormat) return byFormat;
  const byName = guessText(names);
  return byName !== null && isRoomFor(byName, min, max) ? byName : { kind: "words" };
}

const anyText = "[0-9a-z]*";

/** A pattern that may stand anywhere in a text has other text beside it where it is too short alone. */
function withRoom({ pattern, source }: KnownPattern, min: number): Pattern {
  const { fromStart, toEnd, body, lookaheads } = pattern;
  const isAnchored = fromStart || toEnd;
  if ((fromStart && toEnd) || lengthsOf(body).max >= min || lookaheads.length > 0) return pattern;
  // Anchors that each alternative has stand within.
  if ((isAnchored && body.kind === "either") || source.length + 40 > limits.patternLength) return pattern;
  const inner = source.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined);
  return parsePattern(`${fromStart ? "^" : anyText}(?:${inner})${toEnd ? "$" : anyText}`);
}

function ofFormat(format: string, name: string): Operator | null {
  if (format === "date" || format === "date-time") return guessPeriod(name, format);
  if (format === "uuid") return { kind: "uuid" };
  return isKnownFormat(format) ? { kind: "format", format } : null;
}

/** Whether what a name suggests fits the lengths that the schema allows. */
function isRoomFor(operator: Operator, min: number, max: number | null): boolean {
  const exact = exactLength(operator);
  if (exact !== null) return exact >= min && (max === null || exact <= max);
  return (
    min <= 3 &&
    (max === null ||
      max >= (operator.kind === "faker" && operator.method === "finance.currencyCode" ? 3 : 20))
  );
}

function exactLength(operator: Operator): number | null {
  if (operator.kind === "uuid") return 36;
  if (operator.kind !== "between" && operator.kind !== "after" && operator.kind !== "before") return null;
  return operator.shape === "date" ? 10 : 20;
}

function faultOfLength(operator: Operator, facets: Facets, min: number, max: number | null): Refusal | null {
  const exact = exactLength(operator);
  const lengths =
    operator.kind === "pattern"
      ? lengthsOf(operator.pattern.body)
      : exact === null
        ? null
        : { min: exact, max: exact };
  if (lengths === null) return null;
  const what = operator.kind === "pattern" ? "what the pattern matches" : `what ${operator.kind} gives`;
  if (max !== null && lengths.min > max)
    return refuse(
      facets.counts.get("maxLength")?.pointer ?? "",
      `is ${max}, and ${what} has at least ${lengths.min} characters`,
    );
  if (lengths.max < min)
    return refuse(
      facets.counts.get("minLength")?.pointer ?? "",
      `is ${min}, and ${what} has at most ${lengths.max} characters`,
    );
  return null;
}

function askedOperator(
  facets: Facets,
  { operator: asked, beside }: Generate,
  around: Surroundings,
): Operator | Refusal {
  if (asked === null) throw new TypeError("an operator was expected");
  const shape: TimeShape = formatOf(facets) === "date" ? "date" : "date-time";
  if (sharedOperators.has(asked.name)) {
    const operator = makeShared(asked, beside);
    const format = formatOf(facets);
    return !isRefusal(operator) && operator.kind === "faker" && (format === "date" || format === "date-time")
      ? { ...operator, shape: format }
      : operator;
  }
  switch (asked.name) {
    case "person":
      return { kind: "person", feature: asked.argument as PersonFeature };
    case "pattern":
      return { kind: "pattern", pattern: parsePattern(asked.argument as string) };
    case "uuid":
    case "words":
      return { kind: asked.name };
    case "format":
      return { kind: "format", format: asked.argument as Format };
    case "sequence": {
      const match = /^([^{}]*)\{(0*)\}([^{}]*)$/.exec(String(asked.argument));
      if (match === null)
        return refuse(asked.pointer, "must be a text with one {000…}, since the field holds texts");
      return {
        kind: "sequence",
        before: match[1] as string,
        digits: (match[2] as string).length,
        after: match[3] as string,
        start: 0,
      };
    }
    case "between": {
      const period = parsePeriod(asked.argument, asked.pointer);
      if ("message" in period) return refuse(period.pointer, period.message);
      return {
        kind: "between",
        shape,
        period,
        growth: typeof beside.growth === "number" ? beside.growth : 1,
        rhythm: rhythmOf(beside.rhythm),
      };
    }
    case "after":
    case "before":
      return deriveTime(asked, beside, shape, around);
    case "concat":
    case "template":
      return deriveText(asked, around);
    default:
      return refuse(asked.pointer, "gives numbers, and the field is of type string");
  }
}

/** Longer than what a format gives, a domain's 253 characters aside. */
const amplyLong = 64;

function checksOf(operator: Operator, facets: Facets, min: number, max: number | null): readonly string[] {
  const checks: string[] = [];
  const ownsPattern =
    operator.kind === "pattern" &&
    facets.patterns.length <= 1 &&
    facets.patterns.every(
      ({ value }) =>
        value.source === operator.pattern.source || withRoom(value, min).source === operator.pattern.source,
    );
  if (!ownsPattern && facets.patterns.length > 0) checks.push("pattern");
  const format = formatOf(facets);
  if (
    format !== null &&
    (isKnownFormat(format) || ["date", "date-time", "uuid"].includes(format)) &&
    (facets.formats.length > 1 || !meetsFormat(operator, format, max))
  )
    checks.push("format");
  // Of a pattern's texts only those are drawn that have such a length.
  if (operator.kind === "pattern") {
    if (operator.pattern.lookaheads.length > 0) checks.push("pattern");
  } else if (exactLength(operator) === null && operator.kind !== "words" && min > 0) checks.push("minLength");
  return [...new Set(checks)];
}

function meetsFormat(operator: Operator, format: string, max: number | null): boolean {
  if (exactLength(operator) !== null) {
    if (operator.kind === "uuid") return format === "uuid";
    return "shape" in operator && operator.shape === format;
  }
  if (max !== null && max < amplyLong) return false;
  if (operator.kind === "format") return operator.format === format;
  return (
    operator.kind === "person" &&
    operator.feature === "email" &&
    (format === "email" || format === "idn-email")
  );
}
