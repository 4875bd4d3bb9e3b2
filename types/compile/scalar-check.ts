import type { ValidateFunction } from "ajv/dist/2020.js";
import { createByteMatcher } from "../../generate/shapes/match-pattern.ts";
import type { JsonSchema } from "../../generate/shapes/nodes.ts";
import { parsePattern } from "../../generate/shapes/parse-pattern.ts";
import { quickChecks } from "../../records/byte-checks.ts";
import { beginsWith } from "../../records/recogniser.ts";
import { isUtcDateTime } from "../../records/utc-date-time.ts";
import type { ColumnType } from "./column-type.ts";
import { readDay } from "./storable-times.ts";

/**
 * Whether the bytes from `start` to below `end` are a value that is valid and that the column holds: of a text what stands between its
 * quotes, without an escape, of other values their JSON. Never more lenient than the schema.
 */
export type ScalarCheck = (bytes: Buffer, start: number, end: number) => boolean;

/** How a value begins that a column holds. */
export type ScalarKind = "string" | "number" | "boolean";

export const kindOf: Readonly<Record<ColumnType, ScalarKind | null>> = {
  text: "string",
  timestamptz: "string",
  date: "string",
  uuid: "string",
  bigint: "number",
  numeric: "number",
  "double precision": "number",
  boolean: "boolean",
  jsonb: null,
};

/**
 * Compiles the check of a field. What its schema asks for beside what its column can hold is left to the validator, unless it
 * is among the keywords that are cheaper to look at here.
 * @param schema the field's own, as it stands among the properties
 */
export function createScalarCheck(
  type: ColumnType,
  schema: JsonSchema,
  validate: ValidateFunction,
): ScalarCheck | null {
  const kind = kindOf[type];
  const held = type === "numeric" && isWhole(schema) ? isInteger : columnChecks[type];
  const others = Object.keys(schema).filter((keyword) => !isEnsured(keyword, schema[keyword], type));
  if (kind === "string") {
    if (others.length === 0) return held;
    const quick = quickText(schema, others);
    return both(held, quick ?? ((bytes, start, end) => validate(bytes.toString("utf8", start, end))));
  }
  if (kind === "boolean") return others.length === 0 ? held : both(held, byValue(validate));
  const isBounded = others.every((keyword) =>
    keyword === "multipleOf" ? decimalsOf(schema) !== null : bounds.has(keyword),
  );
  if (!isBounded) return both(held, byValue(validate));
  return others.length === 0 ? held : both(held, boundsCheck(schema));
}

/** Null where the validator has to be asked. */
function quickText(schema: JsonSchema, keywords: readonly string[]): ScalarCheck | null {
  const [only, ...more] = keywords.filter((keyword) => keyword !== "minLength" && keyword !== "maxLength");
  if (more.length > 0) return null;
  const isBounded = "minLength" in schema || "maxLength" in schema;
  const inLength = isBounded ? lengthCheck(schema) : null;
  if (only === undefined) return inLength;
  const value = schema[only];
  if (only === "enum" && Array.isArray(value)) return both(inLength, oneOfCheck(value));
  if (only === "pattern" && typeof value === "string") return both(inLength, patternCheck(value));
  const quick = only === "format" ? quickChecks[String(value)] : undefined;
  return quick === undefined ? null : both(inLength, quick);
}

function oneOfCheck(values: readonly unknown[]): ScalarCheck {
  const texts = new Set(values);
  if (texts.size > mostCompared) return (bytes, start, end) => texts.has(bytes.toString("utf8", start, end));
  const options = values.flatMap((value) => {
    const option = typeof value === "string" ? Buffer.from(value) : null;
    // No bytes say half a character.
    return option !== null && option.toString() === value ? [option] : [];
  });
  return (bytes, start, end) => {
    for (const option of options)
      if (option.length === end - start && beginsWith(bytes, start, option)) return true;
    return false;
  };
}

/** Of more texts than these it takes less time to look one up. */
const mostCompared = 16;

/** The same automaton that the validator asks, which everything that can be a type's pattern has. */
const patternCheck = (source: string): ScalarCheck => createByteMatcher(parsePattern(source));

const both =
  (first: ScalarCheck | null, second: ScalarCheck): ScalarCheck =>
  (bytes, start, end) =>
    (first === null || first(bytes, start, end)) && second(bytes, start, end);

/** Of a number or boolean, as JSON.parse gives it. */
const byValue =
  (validate: ValidateFunction): ScalarCheck =>
  (bytes, start, end) =>
    validate(JSON.parse(bytes.toString("latin1", start, end)));

/** Whether a keyword asks for nothing that the column's own check does not ask for too. */
function isEnsured(keyword: string, value: unknown, column: ColumnType): boolean {
  if (keyword === "type") {
    const types = Array.isArray(value) ? value : [value];
    // A whole number is looked at as one.
    return types.some((each) => each === kindOf[column] || each === "integer");
  }
  return keyword === "format" && ensuredFormats[column] === value;
}

const ensuredFormats: Readonly<Partial<Record<ColumnType, string>>> = {
  timestamptz: "date-time",
  date: "date",
  uuid: "uuid",
};

const bounds = new Set(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]);

function boundsCheck(schema: JsonSchema): ScalarCheck {
  const bound = (keyword: string, open: number): number => {
    const value = schema[keyword];
    return typeof value === "number" ? value : open;
  };
  const low = bound("minimum", Number.NEGATIVE_INFINITY);
  const high = bound("maximum", Number.POSITIVE_INFINITY);
  const above = bound("exclusiveMinimum", Number.NEGATIVE_INFINITY);
  const below = bound("exclusiveMaximum", Number.POSITIVE_INFINITY);
  const decimals = decimalsOf(schema) ?? Number.POSITIVE_INFINITY;
  return (bytes, start, end) => {
    const pointAt = placeOfPoint(bytes, start, end);
    if (end - pointAt - 1 > decimals) return false;
    const value = readNumber(bytes, start, pointAt, end);
    return value >= low && value <= high && value > above && value < below;
  };
}

/** Where a number's point stands; its end where it has none. */
function placeOfPoint(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== point) at++;
  return at;
}

/** Reads a number in decimal as JSON.parse does: a whole number and a power of ten that a double holds make the quotient that is nearest. */
function readNumber(bytes: Buffer, start: number, pointAt: number, end: number): number {
  const isNegative = bytes[start] === minus;
  const first = isNegative ? start + 1 : start;
  const decimals = end - pointAt - 1;
  if (end - first - (decimals < 0 ? 0 : 1) > exactDigits) return Number(bytes.toString("latin1", start, end));
  let value = 0;
  for (let at = first; at < end; at++) if (at !== pointAt) value = 10 * value + (bytes[at] as number) - zero;
  if (decimals > 0) value /= powersOfTen[decimals] as number;
  return isNegative ? -value : value;
}

/** How many decimals a multiple of a tenth, a hundredth … may have; null of other steps. */
function decimalsOf({ multipleOf }: JsonSchema): number | null {
  const decimals = /^(?:1|0\.(0*1))$/.exec(String(multipleOf));
  return decimals === null ? null : (decimals[1]?.length ?? 0);
}

const isWhole = ({ type }: JsonSchema): boolean => {
  const types = Array.isArray(type) ? type : [type];
  return types.includes("integer") && !types.includes("number");
};

function lengthCheck(schema: JsonSchema): ScalarCheck {
  const { minLength, maxLength } = schema;
  const least = typeof minLength === "number" ? minLength : 0;
  const most = typeof maxLength === "number" ? maxLength : Number.POSITIVE_INFINITY;
  return (bytes, start, end) => {
    let characters = 0;
    // As JSON Schema counts them: the bytes of valid UTF-8 that do not continue a character.
    for (let at = start; at < end; at++) if (((bytes[at] as number) & 0xc0) !== 0x80) characters++;
    return characters >= least && characters <= most;
  };
}

const zero = 0x30;
const minus = 0x2d;
const point = 0x2e;

/** -?(0|[1-9][0-9]*), of at most so many digits. @returns where it ends; below 0 where there is none */
function endOfInteger(bytes: Buffer, start: number, end: number, maxDigits: number): number {
  const first = bytes[start] === minus ? start + 1 : start;
  let at = first;
  while (at < end && isDigit(bytes[at] as number)) at++;
  const digits = at - first;
  return digits === 0 || digits > maxDigits || (digits > 1 && bytes[first] === zero) ? -1 : at;
}

const isDigit = (byte: number): boolean => byte >= zero && byte <= 0x39;

/** A double holds them all, and prints them as they were. */
const exactDigits = 15;
const powersOfTen = Float64Array.from({ length: exactDigits + 1 }, (_, exponent) => Number(`1e${exponent}`));

const highestDigits = 19;
const highest = 2n ** 63n - 1n;

/** Whole numbers of 64 bits. Not -0, which bigint writes without its sign. */
const isInteger: ScalarCheck = (bytes, start, end) => {
  if (endOfInteger(bytes, start, end, highestDigits) !== end) return false;
  if (bytes[start] === minus && bytes[start + 1] === zero) return false;
  if (end - start < highestDigits) return true;
  const whole = BigInt(bytes.toString("latin1", start, end));
  return whole <= highest && whole >= -highest;
};

/** Numbers in decimal, without an exponent, that a double tells from each other; whole ones are written without a point. */
const isDecimal: ScalarCheck = (bytes, start, end) => {
  const wholeEnd = endOfInteger(bytes, start, end, exactDigits);
  if (wholeEnd < 0) return false;
  if (wholeEnd === end) return isInteger(bytes, start, end);
  if (bytes[wholeEnd] !== point || end - start > exactDigits + 1) return false;
  let last = zero;
  for (let at = wholeEnd + 1; at < end; at++) {
    last = bytes[at] as number;
    if (!isDigit(last)) return false;
  }
  return last !== zero;
};

const isDate: ScalarCheck = (bytes, start, end) =>
  end - start === 10 && readDay(bytes.toString("latin1", start, end)) !== null;

/** In lower or upper case, with nothing in front. */
const isUuid: ScalarCheck = (bytes, start, end) => {
  if (end - start !== uuidPlaces.length) return false;
  for (let index = 0; index < uuidPlaces.length; index++)
    if (uuidBytes[bytes[start + index] as number] !== uuidPlaces[index]) return false;
  return true;
};

const hexDigit = 1;
const hyphen = 2;
/** What stands at each place, and what each byte is; 0 is neither. */
const uuidPlaces = Uint8Array.from("00000000-0000-0000-0000-000000000000", (sign) =>
  sign === "-" ? hyphen : hexDigit,
);
const uuidBytes = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === minus ? hyphen : /[0-9A-Fa-f]/.test(String.fromCharCode(byte)) ? hexDigit : 0,
);

const [no, yes] = [Buffer.from("false"), Buffer.from("true")];
const isBoolean: ScalarCheck = (bytes, start, end) =>
  end - start === yes.length
    ? beginsWith(bytes, start, yes)
    : end - start === no.length && beginsWith(bytes, start, no);

const columnChecks: Readonly<Record<ColumnType, ScalarCheck | null>> = {
  text: null,
  bigint: isInteger,
  numeric: isDecimal,
  "double precision": isDecimal,
  boolean: isBoolean,
  timestamptz: isUtcDateTime,
  date: isDate,
  uuid: isUuid,
  jsonb: null,
};
