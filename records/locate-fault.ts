import { escapeSequence, isNul, isSurrogate } from "../json/escapes.ts";
import { findJsonFault } from "../json/find-json-fault.ts";

/** The place in a message's value that makes it a dead letter. */
export interface Fault {
  /** Byte of the value, from 0. */
  readonly start: number;
  /** Byte behind the fault; `start` where something is missing. */
  readonly end: number;
  /** What is wrong there, as a sentence. */
  readonly message: string;
}

/**
 * Points at what is wrong in a dead letter's value; null where the value as a whole or something else is at fault.
 * Pure, never throws.
 */
export function locateFault(reason: string, payload: Buffer | null): Fault | null {
  if (payload === null || payload.length === 0) return null;
  switch (reason) {
    case "not_utf8":
      return locateInvalidUtf8(payload);
    case "not_json":
      return locateJsonFault(payload);
    case "not_an_object":
      return locateWhole(payload);
    case "nul_character":
      return locateEscape(payload, isNul, "the escape of U+0000, which PostgreSQL cannot store");
    case "lone_surrogate":
      return locateEscape(payload, isSurrogate, "the escape of half a surrogate pair, which is no character");
    default:
      return null;
  }
}

function locateJsonFault(payload: Buffer): Fault | null {
  const text = payload.toString("utf8");
  const found = findJsonFault(text);
  if (found === null) return null;
  const start = Buffer.byteLength(text.slice(0, found.at));
  const character = String.fromCodePoint(text.codePointAt(found.at) ?? 0);
  const end = found.at < text.length ? start + Buffer.byteLength(character) : start;
  return { start, end, message: found.message };
}

function locateWhole(payload: Buffer): Fault {
  const text = payload.toString("latin1");
  const start = text.length - text.trimStart().length;
  return {
    start,
    end: text.trimEnd().length,
    message: "a JSON object in braces is expected instead of this",
  };
}

function locateEscape(payload: Buffer, isAtFault: (unit: string) => boolean, message: string): Fault | null {
  // One character a byte, so that its indexes are bytes; escapes are ASCII.
  for (const { 0: sequence, 1: unit, index } of payload.toString("latin1").matchAll(escapeSequence)) {
    if (unit !== undefined && isAtFault(unit)) {
      return { start: index, end: index + sequence.length, message };
    }
  }
  return null;
}

function locateInvalidUtf8(payload: Buffer): Fault | null {
  for (let at = 0; at < payload.length; ) {
    const length = characterLength(payload, at);
    if (length === 0) {
      const byte = (payload[at] ?? 0).toString(16).toUpperCase().padStart(2, "0");
      return { start: at, end: at + 1, message: `the byte ${byte} cannot stand here in UTF-8` };
    }
    at += length;
  }
  return null;
}

/**
 * Bytes of the UTF-8 character that begins at `at`; 0 where none does. After table 3-7 of the Unicode Standard:
 * https://www.unicode.org/versions/Unicode16.0.0/core-spec/chapter-3/#G27506
 */
export function characterLength(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0x80;
  if (first < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  const [low, high] = secondByteBounds(first);
  if (second < low || second > high) return 0;
  if (first < 0xe0) return 2;
  if (!isContinuation(bytes[at + 2])) return 0;
  if (first < 0xf0) return 3;
  return isContinuation(bytes[at + 3]) ? 4 : 0;
}

function secondByteBounds(first: number): readonly [low: number, high: number] {
  if (first < 0xc2 || first > 0xf4) return [1, 0];
  if (first === 0xe0) return [0xa0, 0xbf];
  if (first === 0xed) return [0x80, 0x9f];
  if (first === 0xf0) return [0x90, 0xbf];
  if (first === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}

const isContinuation = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x80 && byte <= 0xbf;
