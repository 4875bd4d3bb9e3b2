import { isUtf8 } from "node:buffer";
import { beginsWith, isNull, type Recogniser, spansPerField } from "../../records/recogniser.ts";
import { createFieldCheck } from "./field-check.ts";
import type { TextDefinition } from "./text-definition.ts";

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Compiles the record type's names and schemas once. */
export function createRecogniser(type: TextDefinition): Recogniser {
  const fields = type.fields.map((field) => ({
    /** The field as it begins: `"name":` */
    start: Uint8Array.from(Buffer.from(`${JSON.stringify(field.name)}:`)),
    isValid: createFieldCheck(field),
    maxLength: field.schema.maxLength,
  }));
  const spans = new Int32Array(spansPerField * fields.length);

  function recognise(bytes: Buffer): boolean {
    const last = bytes.length - 1;
    if (last < 1 || bytes[0] !== openBrace || bytes[last] !== closeBrace) return false;
    let at = 1;
    let isAscii = true;
    let index = 0;
    for (; index < fields.length; index++) {
      const field = fields[index] as (typeof fields)[number];
      const span = spansPerField * index;
      if (!beginsWith(bytes, at, field.start)) {
        spans.fill(-1, span, span + spansPerField);
        continue;
      }
      spans[span] = at;
      at += field.start.length;
      if (bytes[at] === quote) {
        const textAt = at + 1;
        let high = 0;
        let byte = bytes[++at] as number;
        // Control characters must be escaped, and what is escaped is not looked at here. Behind the end there is no byte,
        // which is not greater than anything.
        while (byte !== quote && byte !== backslash && byte >= 0x20) {
          high |= byte;
          byte = bytes[++at] as number;
        }
        if (byte !== quote) return false;
        if (high > 0x7f) isAscii = false;
        if (at - textAt > field.maxLength && countCharacters(bytes, textAt, at) > field.maxLength)
          return false;
        if (field.isValid !== null && !field.isValid(bytes, textAt, at)) return false;
        spans[span + 2] = textAt;
        spans[span + 3] = at;
        at += 1;
      } else if (isNull(bytes, at)) {
        spans[span + 2] = -1;
        spans[span + 3] = -1;
        at += 4;
      } else return false;
      spans[span + 1] = at;
      if (bytes[at] !== comma) {
        index += 1;
        break;
      }
      at += 1;
    }
    // What follows a comma is a field: where none was found behind the last one, this is not the closing brace.
    if (at !== last || at === 1 || bytes[at - 1] === comma) return false;
    spans.fill(-1, spansPerField * index);
    return isAscii || isUtf8(bytes);
  }

  return { recognise, spans };
}

/** Unicode characters, as JSON Schema counts them, of valid UTF-8: the bytes that do not continue one. */
function countCharacters(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (((bytes[at] as number) & 0xc0) !== 0x80) count += 1;
  return count;
}
