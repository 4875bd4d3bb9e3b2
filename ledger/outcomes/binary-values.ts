import type { ColumnType } from "../../records/record-field.ts";
import { readUtcDateTime } from "../../records/utc-date-time.ts";

/**
 * Writes a value as COPY's binary format has it, its length first, at a place of a buffer.
 * @param bytes have the value from `start` to below `end`: a text's without quotes, of other values their JSON
 * @returns where it ends
 */
export type WriteBinary = (bytes: Buffer, start: number, end: number, buffer: Buffer, at: number) => number;

/** At most so many bytes are written beside as many as the value has. */
export const roomBesideValue = 24;

/** Null of the types whose binary format is their text. */
export function binaryWriter(type: ColumnType): WriteBinary | null {
  return writers[type];
}

const writeBoolean: WriteBinary = (bytes, start, _end, buffer, at) => {
  const next = writeInt32(buffer, 1, at);
  // t
  buffer[next] = bytes[start] === 0x74 ? 1 : 0;
  return next + 1;
};

/** A double holds them all. */
const exactDigits = 15;

const writeBigint: WriteBinary = (bytes, start, end, buffer, at) => {
  const next = writeInt32(buffer, 8, at);
  if (end - start <= exactDigits) return writeInt64(buffer, readInteger(bytes, start, end), next);
  return buffer.writeBigInt64BE(BigInt(bytes.toString("latin1", start, end)), next);
};

const writeDouble: WriteBinary = (bytes, start, end, buffer, at) =>
  buffer.writeDoubleBE(Number(bytes.toString("latin1", start, end)), writeInt32(buffer, 8, at));

/** Seconds from 1970 to 2000, from which PostgreSQL counts. */
const postgresEpoch = 946_684_800;

const writeInstant: WriteBinary = (bytes, start, _end, buffer, at) =>
  writeInt64(buffer, (readUtcDateTime(bytes, start) - postgresEpoch) * 1_000_000, writeInt32(buffer, 8, at));

const dayMs = 86_400_000;

const writeDate: WriteBinary = (bytes, start, end, buffer, at) => {
  const days = (Date.parse(bytes.toString("latin1", start, end)) - 1_000 * postgresEpoch) / dayMs;
  return writeInt32(buffer, days, writeInt32(buffer, 4, at));
};

const writeUuid: WriteBinary = (bytes, start, end, buffer, at) => {
  let next = writeInt32(buffer, 16, at);
  for (let place = start; place < end; place += 2) {
    if (bytes[place] === hyphen) place++;
    buffer[next++] =
      16 * (hexValues[bytes[place] as number] as number) + (hexValues[bytes[place + 1] as number] as number);
  }
  return next;
};

const hyphen = 0x2d;
const point = 0x2e;
const zero = 0x30;

const hexValues = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number.parseInt(String.fromCharCode(byte), 16),
);

/**
 * Digits of base 10,000 from the first that is not 0 to the last, with the first one's weight and how many decimals are shown.
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/adt/numeric.c (numeric_recv)
 */
const writeNumeric: WriteBinary = (bytes, start, end, buffer, at) => {
  const isNegative = bytes[start] === hyphen;
  const first = isNegative ? start + 1 : start;
  let pointAt = bytes.indexOf(point, first);
  if (pointAt < 0 || pointAt >= end) pointAt = end;
  const decimals = Math.max(0, end - pointAt - 1);
  const wholeGroups = Math.ceil((pointAt - first) / 4);
  // A group is four digits, counted from the point.
  let next = at + 12;
  let weight = wholeGroups - 1;
  let digits = 0;
  let written = 0;
  for (let group = 0; group < wholeGroups + Math.ceil(decimals / 4); group++) {
    let value = 0;
    for (let index = 0; index < 4; index++) {
      const place = pointAt - 4 * (wholeGroups - group) + index + (group < wholeGroups ? 0 : 1);
      const isDigit = place >= first && place < end && place !== pointAt;
      value = 10 * value + (isDigit ? (bytes[place] as number) - zero : 0);
    }
    if (value === 0 && digits === 0) {
      weight -= 1;
      continue;
    }
    next = writeInt16(buffer, value, next);
    digits += 1;
    if (value !== 0) written = digits;
  }
  writeInt32(buffer, 8 + 2 * written, at);
  writeInt16(buffer, written, at + 4);
  writeInt16(buffer, written === 0 ? 0 : weight, at + 6);
  writeInt16(buffer, isNegative && written > 0 ? negative : 0, at + 8);
  writeInt16(buffer, decimals, at + 10);
  return at + 12 + 2 * written;
};

const negative = 0x4000;

const writers: Readonly<Record<ColumnType, WriteBinary | null>> = {
  varchar: null,
  text: null,
  bigint: writeBigint,
  numeric: writeNumeric,
  "double precision": writeDouble,
  boolean: writeBoolean,
  timestamptz: writeInstant,
  date: writeDate,
  uuid: writeUuid,
  // Behind the number of its version; nothing that is recognised has one.
  jsonb: (bytes, start, end, buffer, at) => {
    const next = writeInt32(buffer, end - start + 1, at);
    buffer[next] = 1;
    return next + 1 + bytes.copy(buffer, next + 1, start, end);
  },
};

function readInteger(bytes: Buffer, start: number, end: number): number {
  const isNegative = bytes[start] === hyphen;
  let value = 0;
  for (let at = isNegative ? start + 1 : start; at < end; at++)
    value = 10 * value + (bytes[at] as number) - zero;
  return isNegative ? -value : value;
}

function writeInt16(buffer: Buffer, value: number, at: number): number {
  buffer[at] = value >>> 8;
  buffer[at + 1] = value;
  return at + 2;
}

export function writeInt32(buffer: Buffer, value: number, at: number): number {
  buffer[at] = value >>> 24;
  buffer[at + 1] = value >>> 16;
  buffer[at + 2] = value >>> 8;
  buffer[at + 3] = value;
  return at + 4;
}

const two32 = 4_294_967_296;

/** @param value a whole number between -2^53 and 2^53; a bigint for each would cost more than the rest of the row's numbers */
export function writeInt64(buffer: Buffer, value: number, at: number): number {
  const high = Math.floor(value / two32);
  writeInt32(buffer, high, at);
  return writeInt32(buffer, value - high * two32, at + 4);
}
