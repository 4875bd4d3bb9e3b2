import { characterLength } from "../../records/locate-fault.ts";

/** A piece of a value as it may be shown. */
export type Piece = {
  /** Whether it belongs to the fault. */
  readonly marked: boolean;
} & (
  | { readonly kind: "text"; readonly text: string }
  /** A byte that is no text, or a character that nobody could see: shown by its name. */
  | { readonly kind: "named"; readonly name: string; readonly title: string }
  /** The place where something is missing. */
  | { readonly kind: "gap" }
);

export interface ByteRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Controls, formatting characters (also those that turn the direction of text), unassigned ones, unusual spaces. */
const invisible = /^(?:(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs})$/u;

/**
 * Cuts the bytes of a range into what can be shown safely: nothing that is in them hides itself, reorders what is around
 * it, or passes for something else. Pure.
 * @param fault what is marked; an empty range is a gap
 */
export function readPieces(bytes: Buffer, { start, end }: ByteRange, fault: ByteRange | null): Piece[] {
  const pieces: Piece[] = [];
  let text = "";
  let textMarked = false;
  const flush = (): void => {
    if (text !== "") pieces.push({ kind: "text", text, marked: textMarked });
    text = "";
  };
  const isGap = fault !== null && fault.start === fault.end;
  let at = startOfCharacter(bytes, start);
  while (at < end) {
    if (isGap && at === fault.start) {
      flush();
      pieces.push({ kind: "gap", marked: true });
    }
    const length = characterLength(bytes, at);
    const marked = fault !== null && at < fault.end && at + Math.max(1, length) > fault.start;
    if (marked !== textMarked) flush();
    textMarked = marked;
    const character = bytes.toString("utf8", at, at + length);
    if (length === 0) {
      const name = hex(bytes[at] ?? 0, 2);
      flush();
      pieces.push({ kind: "named", name, title: `the byte ${name}, which is no text in UTF-8`, marked });
    } else if (invisible.test(character)) {
      const name = `U+${hex(character.codePointAt(0) ?? 0, 4)}`;
      flush();
      pieces.push({ kind: "named", name, title: `the invisible character ${name}`, marked });
    } else {
      text += character;
    }
    at += Math.max(1, length);
  }
  flush();
  if (isGap && fault.start >= end) pieces.push({ kind: "gap", marked: true });
  return pieces;
}

/** A range that begins in the middle of a character begins with it instead. */
function startOfCharacter(bytes: Buffer, start: number): number {
  for (let at = start; at > 0 && at > start - 4; at--) {
    const length = characterLength(bytes, at - 1);
    if (length > 0 && at - 1 + length > start) return at - 1;
  }
  return start;
}

/** The beginning of a value without the character that the cut went through. */
export function withoutCutCharacter(beginning: Buffer): Buffer {
  for (let back = 1; back <= 3; back++) {
    const at = beginning.length - back;
    if ((beginning[at] ?? 0) >= 0xc0)
      return characterLength(beginning, at) === 0 ? beginning.subarray(0, at) : beginning;
  }
  return beginning;
}

const hex = (number: number, digits: number): string =>
  number.toString(16).toUpperCase().padStart(digits, "0");

/** As much around the fault as a page shows; the beginning where there is none. */
export function rangeToShow(size: number, fault: ByteRange | null, bytes: number): ByteRange {
  if (size <= bytes) return { start: 0, end: size };
  const start = Math.max(0, Math.min((fault?.start ?? 0) - Math.floor(bytes / 2), size - bytes));
  return { start, end: start + bytes };
}

/** Where a byte stands in a text, as editors count: both from 1, the column in characters. */
export function lineAndColumn(bytes: Buffer, at: number): { readonly line: number; readonly column: number } {
  const before = bytes.subarray(0, at);
  const lastBreak = before.lastIndexOf(0x0a);
  let line = 1;
  for (let index = before.indexOf(0x0a); index !== -1; index = before.indexOf(0x0a, index + 1)) line += 1;
  return { line, column: Array.from(before.toString("utf8", lastBreak + 1)).length + 1 };
}

const bytesPerHexLine = 16;

/** A line of a hex dump. */
export interface HexLine {
  /** Of its first byte, in hexadecimal. */
  readonly offset: string;
  readonly bytes: readonly { readonly hex: string; readonly ascii: string; readonly marked: boolean }[];
}

export function readHexLines(bytes: Buffer, { start, end }: ByteRange, fault: ByteRange | null): HexLine[] {
  const lines: HexLine[] = [];
  const from = start - (start % bytesPerHexLine);
  for (let at = from; at < end; at += bytesPerHexLine) {
    const line = bytes.subarray(at, Math.min(at + bytesPerHexLine, end));
    lines.push({
      offset: hex(at, 8),
      bytes: Array.from(line, (byte, index) => ({
        hex: hex(byte, 2).toLowerCase(),
        ascii: byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".",
        marked: fault !== null && at + index >= fault.start && at + index < fault.end,
      })),
    });
  }
  return lines;
}
