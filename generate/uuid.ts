import { type Draws, mix } from "./draws.ts";
import type { Space } from "./sampler.ts";
import { Utf8Writer } from "./utf8-writer.ts";

/** The quotes, and four bytes that are written beyond the last digit and then taken back. */
export const uuidRoom = 42;

const dash = 0x2d;

/** 122 random bits as a UUID of version 4. */
export function writeUuid(draws: Draws, out: Utf8Writer): void {
  writeBits(draws.bits(), draws.bits(), draws.bits(), draws.bits(), out);
}

/** Eight digits are written at a time, and those that a dash divides twice: that is faster than digit by digit. */
function writeBits(a: number, b: number, c: number, d: number, out: Utf8Writer): void {
  out.hex(a);
  out.byte(dash);
  out.hex(b);
  out.size -= 4;
  out.byte(dash);
  out.hex(((b & 0xfff) << 16) | 0x4000_0000);
  out.size -= 4;
  out.byte(dash);
  out.hex((c & 0x3fff_ffff) | 0x8000_0000);
  out.size -= 4;
  out.byte(dash);
  out.hex(d);
  out.hex(c << 16);
  out.size -= 4;
}

/** UUIDs in which the index stands, and beside it bits that follow from it by a hash. */
export function uuidSpace(): Space {
  const scratch = new Utf8Writer();
  const writeDigits = (index: number, out: Utf8Writer): void => {
    const low = index % 2 ** 32;
    const high = Math.floor(index / 2 ** 32);
    const hash = mix(low ^ mix(high + 0x9e3779b9));
    writeBits(low | 0, hash, mix(hash + 1), (high << 11) | (hash >>> 21), out);
  };
  return {
    size: 2 ** 53,
    room: uuidRoom,
    write(index, out) {
      out.byte(0x22);
      writeDigits(index, out);
      out.byte(0x22);
    },
    value(index) {
      scratch.clear();
      writeDigits(index, scratch);
      return scratch.toString();
    },
  };
}
