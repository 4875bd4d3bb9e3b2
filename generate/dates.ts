import type { TimeShape } from "./shapes/nodes.ts";
import type { Utf8Writer } from "./utf8-writer.ts";

export const dayMs = 86_400_000;
const daySeconds = 86_400;
const zero = 0x30;

/** Writes days since 1970 as `2026-03-14`: years 0 to 9999. Counted as Howard Hinnant's `civil_from_days` does, without a Date. */
export function writeDate(day: number, out: Utf8Writer): void {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const march = Math.floor((5 * dayOfYear + 2) / 153);
  const month = march < 10 ? march + 3 : march - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const century = Math.floor(year / 100);
  writeTwo(century, out);
  writeTwo(year - 100 * century, out);
  out.byte(0x2d);
  writeTwo(month, out);
  out.byte(0x2d);
  writeTwo(dayOfYear - Math.floor((153 * march + 2) / 5) + 1, out);
}

/** Writes seconds since 1970 as `2026-03-14T15:09:26Z`. */
export function writeDateTime(seconds: number, out: Utf8Writer): void {
  const day = Math.floor(seconds / daySeconds);
  const second = seconds - day * daySeconds;
  const minutes = Math.floor(second / 60);
  const hour = Math.floor(minutes / 60);
  writeDate(day, out);
  out.byte(0x54);
  writeTwo(hour, out);
  out.byte(0x3a);
  writeTwo(minutes - 60 * hour, out);
  out.byte(0x3a);
  writeTwo(second - 60 * minutes, out);
  out.byte(0x5a);
}

function writeTwo(number: number, out: Utf8Writer): void {
  const tens = Math.floor(number / 10);
  out.byte(zero + tens);
  out.byte(zero + number - 10 * tens);
}

/** What a time is counted in: days of a date, seconds of all others. */
export const unitMs = (shape: TimeShape): number => (shape === "date" ? dayMs : 1_000);

/** Quotes, and a date-time; a number has fewer bytes. */
export const timeRoom = 24;

/** Writes a time as JSON. @param units since 1970, as `unitMs` says */
export function writeTime(shape: TimeShape, units: number, out: Utf8Writer): void {
  if (shape === "unix-seconds") {
    if (units < 0) out.byte(0x2d);
    out.number(Math.abs(units));
    return;
  }
  out.byte(0x22);
  if (shape === "date") writeDate(units, out);
  else writeDateTime(units, out);
  out.byte(0x22);
}

export function timeValue(shape: TimeShape, units: number): string | number {
  if (shape === "unix-seconds") return units;
  const text = new Date(units * unitMs(shape)).toISOString();
  return shape === "date" ? text.slice(0, 10) : `${text.slice(0, 19)}Z`;
}
