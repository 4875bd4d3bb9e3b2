/** The texts of an array's elements in a JSON document, or why there are none to be told. */
export type Elements =
  | { readonly kind: "found"; readonly elements: readonly Buffer[] }
  /** The object has no array of this name. */
  | { readonly kind: "missing" }
  /** It has the name more than once: whoever reads it last, first or not at all would each see another array. */
  | { readonly kind: "doubled" };

/**
 * Finds the elements of the array `name` in the outermost object, each as it was written, byte for byte: parsing would round
 * its numbers (738529527931269425, 1e400, 1.0) and drop names that stand twice. Does not recurse and copies nothing.
 * @param json known to be valid, in UTF-8
 */
export function findElements(json: Buffer, name: string): Elements {
  const start = skipSpace(json, beginsWithMark(json) ? byteOrderMark.length : 0);
  if (json[start] !== openBrace) return { kind: "missing" };
  let arrayAt: number | null = null;
  for (let at = skipSpace(json, start + 1); json[at] !== closeBrace; ) {
    const nameEnd = skipValue(json, at);
    const valueAt = skipSpace(json, skipSpace(json, nameEnd) + 1);
    if (readName(json, at, nameEnd) === name) {
      if (arrayAt !== null) return { kind: "doubled" };
      arrayAt = valueAt;
    }
    at = toNext(json, skipValue(json, valueAt));
  }
  if (arrayAt === null || json[arrayAt] !== openBracket) return { kind: "missing" };
  return { kind: "found", elements: readElements(json, arrayAt) };
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const byteOrderMark = Buffer.from("\uFEFF");

/** It is no part of JSON, and whoever decodes the bytes as text leaves it out. */
const beginsWithMark = (json: Buffer): boolean =>
  json.subarray(0, byteOrderMark.length).equals(byteOrderMark);

/** Names may be written with escapes. */
const readName = (json: Buffer, start: number, end: number): unknown =>
  JSON.parse(json.toString("utf8", start, end));

function readElements(json: Buffer, arrayAt: number): Buffer[] {
  const elements: Buffer[] = [];
  for (let at = skipSpace(json, arrayAt + 1); json[at] !== closeBracket; ) {
    const end = skipValue(json, at);
    elements.push(json.subarray(at, end));
    at = toNext(json, end);
  }
  return elements;
}

/** From the end of a member or an element to the next one, or to what closes them. */
function toNext(json: Buffer, end: number): number {
  const at = skipSpace(json, end);
  return json[at] === comma ? skipSpace(json, at + 1) : at;
}

function skipSpace(json: Buffer, start: number): number {
  let at = start;
  while (isSpace(json[at])) at += 1;
  return at;
}

/** Space, line feed, carriage return, tab. */
const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Where the value that begins at `start` has ended. */
function skipValue(json: Buffer, start: number): number {
  const first = json[start];
  if (first === quote) return skipString(json, start);
  if (first === openBrace || first === openBracket) return skipNested(json, start);
  let at = start;
  while (at < json.length && !isDelimiter(json[at])) at += 1;
  return at;
}

const isDelimiter = (byte: number | undefined): boolean =>
  byte === comma || byte === closeBrace || byte === closeBracket || isSpace(byte);

function skipString(json: Buffer, start: number): number {
  let at = start + 1;
  while (json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at + 1;
}

function skipNested(json: Buffer, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const byte = json[at];
    if (byte === quote) {
      at = skipString(json, at);
      continue;
    }
    if (byte === openBrace || byte === openBracket) depth += 1;
    else if (byte === closeBrace || byte === closeBracket) depth -= 1;
    at += 1;
  } while (depth > 0);
  return at;
}
