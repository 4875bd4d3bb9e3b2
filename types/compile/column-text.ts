import type { ColumnType } from "./column-type.ts";
import { readDay, readInstant } from "./storable-times.ts";

/** A value as COPY takes it as text; null where the column cannot hold it. */
export type ColumnText = (value: unknown, json: () => string) => string | null;

/**
 * What becomes of a field's value, of whatever type that is, in a column of each type. None of them gives what PostgreSQL would
 * refuse.
 * @param json gives the value's own text, of which JSON.parse keeps less: a number's digits beyond 2^53
 */
export const columnTexts: Readonly<Record<ColumnType, ColumnText>> = {
  text: (value) => (typeof value === "string" ? value : null),
  bigint: (value, json) => (typeof value === "number" ? wholeNumber(value, json) : null),
  numeric: (value, json) => (typeof value === "number" ? exactNumber(value, json) : null),
  "double precision": (value) => (typeof value === "number" && Number.isFinite(value) ? String(value) : null),
  boolean: (value) => (typeof value === "boolean" ? String(value) : null),
  timestamptz: (value) => (typeof value === "string" ? readInstant(value) : null),
  date: (value) => (typeof value === "string" ? readDay(value) : null),
  uuid: (value) => (typeof value === "string" ? (uuid.exec(value)?.[1] ?? null) : null),
  jsonb: (value, json) => jsonbText(value, json()),
};

/** With the prefix that RFC 9562 gives it as a name, which the format allows. */
const uuid = /^(?:urn:uuid:)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;

const highest = 2n ** 63n - 1n;
const lowest = -(2n ** 63n);
const wholeDigits = /^-?\d{1,30}(?=\.0*$|$)/;

function wholeNumber(value: number, json: () => string): string | null {
  // Without the sign of zero.
  if (Number.isSafeInteger(value)) return String(value + 0);
  if (!Number.isInteger(value)) return null;
  const whole = BigInt(wholeDigits.exec(json())?.[0] ?? value);
  return whole < lowest || whole > highest ? null : String(whole);
}

/** What numeric holds whatever it is: it has room for 131,072 digits before the point and 16,383 behind it. */
const plainDigits = /^-?\d{1,1000}(\.\d{1,1000})?$/;

function exactNumber(value: number, json: () => string): string | null {
  if (!Number.isFinite(value)) return null;
  if (Number.isSafeInteger(value)) return String(value + 0);
  const text = json();
  return plainDigits.test(text) ? text : String(value);
}

/** Numbers of which jsonb would write every digit, or which it does not have. */
const hugeNumber = /\d[eE]|\d{1000}/;

/** The text itself, or one with JSON.parse's numbers where it may have such. */
const jsonbText = (value: unknown, text: string): string | null =>
  isJsonbText(text) ? text : JSON.stringify(value);

/** Whether jsonb is given a value's text as it came. */
export const isJsonbText = (text: string): boolean => !hugeNumber.test(text);
