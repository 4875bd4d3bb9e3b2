import { stride, type Words } from "./words.ts";

const firstCapacity = 4_096;

/**
 * Writes text as UTF-8, front to back, into a buffer of its own that grows. Text that is put together as strings stands in
 * memory twice and is walked through piece by piece to become bytes: records made that way took twice as long.
 */
export class Utf8Writer {
  #buffer = Buffer.alloc(firstCapacity);
  #view = new DataView(this.#buffer.buffer, this.#buffer.byteOffset, firstCapacity);
  /** The number of bytes written. */
  size = 0;

  /** What is written next takes the place of what was. The buffer is used again. */
  clear(): void {
    this.size = 0;
  }

  /** Makes room for so many more bytes: the methods that write do not, and throw a RangeError where it ends. */
  reserve(bytes: number): void {
    const wanted = this.size + bytes + stride;
    if (wanted <= this.#buffer.length) return;
    const larger = Buffer.alloc(Math.max(wanted, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.size);
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer, larger.byteOffset, larger.length);
  }

  /**
   * One of the words. Copied as 64-bit numbers, since calling `set` costs more than a word of a dozen bytes. No eight bytes of
   * UTF-8 without DEL make a NaN, the one kind of number that may not come out as it went in.
   */
  word({ starts, view }: Words, index: number): void {
    const from = starts[index] as number;
    const size = (starts[index + 1] as number) - from;
    const target = this.#view;
    const at = this.size;
    for (let done = 0; done < size; done += stride) {
      target.setFloat64(at + done, view.getFloat64(from + done, true), true);
    }
    this.size = at + size;
  }

  /** The first byte of one of the words: its first letter, where that is ASCII. */
  initial({ starts, view }: Words, index: number): void {
    this.#view.setUint8(this.size++, view.getUint8(starts[index] as number));
  }

  /** What another has written, from one of its bytes to before another. */
  append(other: Utf8Writer, from = 0, to = other.size): void {
    const size = to - from;
    const view = other.#view;
    const target = this.#view;
    const at = this.size;
    for (let done = 0; done < size; done += stride) {
      target.setFloat64(at + done, view.getFloat64(from + done, true), true);
    }
    this.size = at + size;
  }

  bytes(source: Uint8Array): void {
    this.#buffer.set(source, this.size);
    this.size += source.length;
  }

  /** A byte from 0 to 255. */
  byte(value: number): void {
    this.#view.setUint8(this.size++, value);
  }

  /** 32 bits as eight hexadecimal digits. */
  hex(bits: number): void {
    const view = this.#view;
    view.setUint16(this.size, hexDigits[bits >>> 24] as number, true);
    view.setUint16(this.size + 2, hexDigits[(bits >>> 16) & 255] as number, true);
    view.setUint16(this.size + 4, hexDigits[(bits >>> 8) & 255] as number, true);
    view.setUint16(this.size + 6, hexDigits[bits & 255] as number, true);
    this.size += 8;
  }

  /** A whole number from 0 to 2^53 - 1. */
  number(value: number): void {
    let rest = value;
    let digits = countDigits(value);
    this.size += digits;
    for (let at = this.size - 1; digits > 0; digits--, at--) {
      const tenth = Math.floor(rest / 10);
      this.#view.setUint8(at, 0x30 + (rest - 10 * tenth));
      rest = tenth;
    }
  }

  /** 32 bits that follow from the bytes from this one on (FNV-1a). */
  hash(from: number): number {
    const bytes = this.#buffer;
    let hash = 0x811c9dc5;
    for (let at = from; at < this.size; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    return hash;
  }

  /** Whether the bytes from this one on are those from `from` to before `to`. */
  endsAsFrom(start: number, from: number, to: number): boolean {
    const bytes = this.#buffer;
    if (this.size - start !== to - from) return false;
    for (let at = from; at < to; at++) if (bytes[at] !== bytes[start + at - from]) return false;
    return true;
  }

  /** What was written; a view, which what is written after `clear` changes. */
  toBytes(): Buffer {
    return this.#buffer.subarray(0, this.size);
  }

  toString(): string {
    return this.#buffer.toString("utf8", 0, this.size);
  }
}

/** Of a whole number from 0 to 2^53 - 1, in decimal notation. */
export function countDigits(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits++;
  return digits;
}

/** Two digits as the number whose two bytes they are. */
const hexDigits = Uint16Array.from({ length: 256 }, (_, byte) =>
  Buffer.from(byte.toString(16).padStart(2, "0")).readUInt16LE(),
);
