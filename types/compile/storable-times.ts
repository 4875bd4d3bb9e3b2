import { isBeyondYears } from "../../records/year-bounds.ts";

/** More than any time has; longer texts are not looked through. */
const maxLength = 100;

/**
 * What PostgreSQL takes of RFC 3339: it has no offset beyond 15:59 and no fraction of a leap second. The year 0, which it does not have,
 * is ruled out with the other days that no calendar has.
 */
const instant =
  /^(\d{4}-\d\d-\d\d)[Tt ]([01]\d|2[0-3]):[0-5]\d:([0-5]\d(\.\d+)?|60(\.0+)?)([Zz]|[+-](0\d|1[0-5]):?[0-5]\d)$/;
const day = /^(\d{4})-(\d\d)-(\d\d)$/;

/** A date-time that PostgreSQL stores as the instant it is; null of everything else. */
export function readInstant(text: string): string | null {
  if (text.length > maxLength) return null;
  const date = instant.exec(text)?.[1];
  return date !== undefined && readDay(date) !== null && !isBeyondYears(text) ? text : null;
}

/** A day of the calendar, from the year 1 on. */
export function readDay(text: string): string | null {
  const parts = day.exec(text);
  if (parts === null) return null;
  const [year, month, dayOfMonth] = parts.slice(1).map(Number) as [number, number, number];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, dayOfMonth);
  const isThere = year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === dayOfMonth;
  return isThere ? text : null;
}
