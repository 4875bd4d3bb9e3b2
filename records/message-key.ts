import { listMembers } from "../json/json-members.ts";

/**
 * Reads what becomes Kafka's key off a message's JSON: of one field a text's characters or another value's JSON, of several fields a JSON array
 * of their values. Null, which is no key: where the one field is null or missing, and of what is no object.
 */
export type ReadKey = (json: Buffer) => Buffer | null;

/** The same of a message that was made of a sequence number, whose value may say nothing of its key. */
export type KeyOfMade = (json: Buffer, seq: number) => Buffer | null;

/** Of any message, whoever has written it. @returns null where there are no such fields */
export function createKeyReader(fields: readonly string[]): ReadKey | null {
  if (fields.length === 0) return null;
  return (json) => {
    const text = json.toString();
    if (!isJsonObject(text)) return null;
    // Of several members with one name JSON's readers take the last.
    const members = new Map(
      Array.from(listMembers(text), ({ name, start, end }) => [name, text.slice(start, end)]),
    );
    return keyOf(fields.map((field) => members.get(field) ?? null));
  };
}

/** Whether a text is a JSON object. */
export function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** @param texts of the fields' values as JSON; null of those that are missing */
export function keyOf(texts: readonly (string | null)[]): Buffer | null {
  if (texts.length > 1) return Buffer.from(`[${texts.map((text) => text ?? "null").join(",")}]`);
  const [text = null] = texts;
  if (text === null || text === "null") return null;
  return Buffer.from(text.startsWith('"') ? (JSON.parse(text) as string) : text);
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * The same of records as samplers write them: without white space, each name once, and before the last of these fields nothing but single
 * values. It looks for the names among the bytes and makes no text of them.
 */
export function createQuickKeyReader(fields: readonly string[]): ReadKey | null {
  const names = fields.map((field) => JSON.stringify(field));
  // Others may be written with other escapes.
  if (names.some((name, index) => name !== `"${fields[index]}"` || name.includes("\x7f")))
    return createKeyReader(fields);
  const starts = names.map((name) => Buffer.from(`${name}:`));
  const [only] = starts;
  if (only === undefined) return null;
  if (starts.length === 1) return (json) => readOne(json, only);
  return (json) => keyOf(starts.map((start) => readText(json, start)));
}

function readOne(json: Buffer, start: Buffer): Buffer | null {
  const at = findValue(json, start);
  if (at < 0) return null;
  if (json[at] !== quote) return keyOf([json.toString("latin1", at, endOfOther(json, at))]);
  let end = at + 1;
  for (; json[end] !== quote; end++) if (json[end] === backslash) return keyOf([textAt(json, at)]);
  return json.subarray(at + 1, end);
}

function readText(json: Buffer, start: Buffer): string | null {
  const at = findValue(json, start);
  return at < 0 ? null : textAt(json, at);
}

const textAt = (json: Buffer, at: number): string =>
  json.toString("utf8", at, json[at] === quote ? endOfString(json, at) : endOfOther(json, at));

/** Where the value of the member begins whose name and colon these are; below 0 where there is none. */
function findValue(json: Buffer, start: Buffer): number {
  for (let at = json.indexOf(start); at >= 0; at = json.indexOf(start, at + 1)) {
    // Within a text a quotation mark has a backslash before it, and so has one within a longer name.
    const before = json[at - 1];
    if (before === openBrace || before === comma) return at + start.length;
  }
  return -1;
}

function endOfString(json: Buffer, start: number): number {
  let at = start + 1;
  while (json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at + 1;
}

function endOfOther(json: Buffer, start: number): number {
  let at = start;
  while (json[at] !== comma && json[at] !== closeBrace) at++;
  return at;
}
