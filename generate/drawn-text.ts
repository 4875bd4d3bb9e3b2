import { jsonOf, writeText } from "./json-text.ts";
import type { Sampler } from "./sampler.ts";
import { Utf8Writer } from "./utf8-writer.ts";

const quote = 0x22;

/** Text that is written as bytes that stand between JSON's quotes as they are. */
export function writtenText(
  bytes: number,
  draw: (seq: number, out: Utf8Writer) => void,
): Pick<Sampler, "room" | "write"> & { readonly value: (seq: number) => string } {
  const room = bytes + 2;
  // Of its own, since what it draws from may ask other fields for their values.
  let scratch: Utf8Writer | undefined;
  return {
    room,
    write(seq, out) {
      out.byte(quote);
      draw(seq, out);
      out.byte(quote);
    },
    value(seq) {
      scratch ??= new Utf8Writer();
      scratch.clear();
      scratch.reserve(room);
      draw(seq, scratch);
      return withoutEscapes(scratch.toString());
    },
  };
}

/** Only what can hold a character that JSON escapes has a backslash. */
function withoutEscapes(text: string): string {
  return text.includes("\\") ? (JSON.parse(`"${text}"`) as string) : text;
}

/** Text that is made as a string, cut where it is longer than `maxLength` code points. */
export function madeText(make: (seq: number) => string, maxLength: number | null): Sampler {
  const value = maxLength === null ? make : (seq: number) => cut(make(seq), maxLength);
  return { room: 0, value, write: (seq, out) => writeText(value(seq), out) };
}

/** The first code points of a text, without white space at the cut. */
export function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  let end = 0;
  for (let points = 0; points < maxLength; points++) {
    if (end >= text.length) return text;
    end += (text.codePointAt(end) as number) > 0xffff ? 2 : 1;
  }
  return end >= text.length ? text : text.slice(0, end).trimEnd();
}

/** The beginning of a text that has so many bytes as JSON, quotes included. */
export function cutBytes(text: string, maxBytes: number): string {
  if (6 * text.length + 2 <= maxBytes || Buffer.byteLength(jsonOf(text)) <= maxBytes) return text;
  let bytes = 2;
  let end = 0;
  for (const sign of text) {
    bytes += Buffer.byteLength(jsonOf(sign)) - 2;
    if (bytes > maxBytes) break;
    end += sign.length;
  }
  return text.slice(0, end).trimEnd();
}
