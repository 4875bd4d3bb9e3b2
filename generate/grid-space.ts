import { writeAscii } from "./json-text.ts";
import type { Space } from "./sampler.ts";
import { sizeOf, toJsonNumber } from "./shapes/decimal.ts";
import type { Grid } from "./shapes/nodes.ts";
import { countDigits, type Utf8Writer } from "./utf8-writer.ts";

const safe = BigInt(Number.MAX_SAFE_INTEGER);
const zero = 0x30;
const point = 0x2e;
const minus = 0x2d;

/** Powers of ten that a double holds exactly. */
const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** A grid whose numbers are doubles' whole numbers, before the point is set. */
export const isNarrow = ({ lowest, highest, decimals }: Grid): boolean =>
  lowest >= -safe && highest <= safe && highest - lowest <= safe && decimals < powers.length;

/** The numbers of a grid, the lowest first. @param grid of at most 2^53 numbers */
export function gridSpace(grid: Grid): Space {
  const size = Number(sizeOf(grid));
  if (!isNarrow(grid)) {
    const unitsAt = (index: number): bigint => grid.lowest + grid.step * BigInt(index);
    return {
      size,
      room: 0,
      write: (index, out) => writeWide(unitsAt(index), grid.decimals, out),
      value: (index) => toJsonNumber({ units: unitsAt(index), decimals: grid.decimals }),
    };
  }
  const { decimals } = grid;
  const lowest = Number(grid.lowest);
  const step = Number(grid.step);
  const power = powers[decimals] as number;
  return {
    size,
    room: longestNumber,
    // A quotient of two exact doubles is the double next to the decimal number, which is what its text is read as.
    value: (index) => (lowest + step * index) / power,
    write:
      decimals === 0
        ? (index, out) => writeInteger(lowest + step * index, out)
        : (index, out) => writeUnits(lowest + step * index, decimals, out),
  };
}

/** A sign, sixteen digits, or as many zeros as there are decimals, and the point. */
const longestNumber = 48;

function writeInteger(value: number, out: Utf8Writer): void {
  if (value < 0) {
    out.byte(minus);
    out.number(-value);
  } else out.number(value);
}

/** Writes units / 10^decimals without zeros at the end. */
function writeUnits(units: number, decimals: number, out: Utf8Writer): void {
  let rest = units;
  if (rest < 0) {
    out.byte(minus);
    rest = -rest;
  }
  const power = powers[decimals] as number;
  const whole = Math.floor(rest / power);
  out.number(whole);
  let digits = rest - whole * power;
  if (digits === 0) return;
  let places = decimals;
  while (digits % 10 === 0) {
    digits /= 10;
    places--;
  }
  out.byte(point);
  for (let missing = places - countDigits(digits); missing > 0; missing--) out.byte(zero);
  out.number(digits);
}

/** Units / 10^decimals in decimal notation, of any size. */
export function writeWide(units: bigint, decimals: number, out: Utf8Writer): void {
  writeAscii(decimalText(units, decimals), out);
}

export function decimalText(units: bigint, decimals: number): string {
  if (decimals === 0) return units.toString();
  const sign = units < 0n ? "-" : "";
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
  const behind = digits.slice(-decimals).replace(/0+$/, "");
  return `${sign}${digits.slice(0, -decimals)}${behind === "" ? "" : `.${behind}`}`;
}
