/** Length of `2026-03-14T15:09:26Z`, the one form that is read here. */
const length = 20;
const zero = 0x30;

/** Whole years whose microseconds a number holds exactly, and of which no calendar or database has doubts. */
const firstYear = 1900;
const lastYear = 2199;

/** Whether the bytes are a UTC date-time of whole seconds, as `Date` writes it, on a day that there is. */
export function isUtcDateTime(bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== length) return false;
  // - - T : : Z
  if (bytes[start + 4] !== 0x2d || bytes[start + 7] !== 0x2d || bytes[start + 10] !== 0x54) return false;
  if (bytes[start + 13] !== 0x3a || bytes[start + 16] !== 0x3a || bytes[start + 19] !== 0x5a) return false;
  const century = twoDigits(bytes, start);
  const yearOfCentury = twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  const hour = twoDigits(bytes, start + 11);
  const minute = twoDigits(bytes, start + 14);
  const second = twoDigits(bytes, start + 17);
  if (century < 0 || yearOfCentury < 0 || hour < 0 || hour > 23) return false;
  if (minute < 0 || minute > 59 || second < 0 || second > 59) return false;
  const year = 100 * century + yearOfCentury;
  if (year < firstYear || year > lastYear || month < 1 || month > 12) return false;
  return day >= 1 && day <= daysOf(year, month);
}

/** Seconds from 1970 to what `isUtcDateTime` has found. */
export function readUtcDateTime(bytes: Buffer, start: number): number {
  const year = 100 * twoDigits(bytes, start) + twoDigits(bytes, start + 2);
  const days =
    daysBeforeYear(year) -
    daysBeforeYear(1970) +
    daysBeforeMonth(year, twoDigits(bytes, start + 5)) +
    twoDigits(bytes, start + 8) -
    1;
  const minutes = (24 * days + twoDigits(bytes, start + 11)) * 60 + twoDigits(bytes, start + 14);
  return 60 * minutes + twoDigits(bytes, start + 17);
}

/** Below zero where one of the two is no digit. */
function twoDigits(bytes: Buffer, at: number): number {
  const tens = (bytes[at] as number) - zero;
  const ones = (bytes[at + 1] as number) - zero;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : 10 * tens + ones;
}

const monthLengths = Uint8Array.of(0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);
const monthStarts = Uint16Array.of(0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334);

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

function daysOf(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (monthLengths[month] as number);
}

/** Days from the first of January of the year 1 to that of this one. */
function daysBeforeYear(year: number): number {
  const before = year - 1;
  return 365 * before + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
}

function daysBeforeMonth(year: number, month: number): number {
  return (monthStarts[month] as number) + (month > 2 && isLeapYear(year) ? 1 : 0);
}
