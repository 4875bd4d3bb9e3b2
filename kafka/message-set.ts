import { crc32 } from "node:zlib";
import type { IHeaders } from "kafkajs";
import { codecMask, decompress } from "./codecs/codec.ts";
import { type DecodeBudget, maxBatchBytes, maxMessageBytes } from "./decode-limits.ts";
import { UndecodableBatch } from "./undecodable-batch.ts";

/** A message in one of Kafka's formats before 0.11, 0 and 1, which had no headers and 0 no time. */
export class SetMessage {
  readonly position: number;
  readonly attributes: number;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders = {};

  constructor(entry: Entry, position: number, timestamp: bigint) {
    this.position = position;
    this.attributes = entry.attributes;
    this.timestamp = timestamp.toString();
    this.key = entry.key;
    this.value = entry.value;
  }

  get offset(): string {
    return String(this.position);
  }
}

/** Offset and size, before the message itself. */
const entryHeadSize = 12;
/** Bytes behind them of the smallest message: checksum, format, attributes, and the sizes of key and value. */
export const minMessageSize = 14;

interface Entry {
  readonly offset: number;
  readonly magic: number;
  readonly attributes: number;
  readonly timestamp: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly end: number;
}

/**
 * Reads one entry of a message set: a message, or several in a message around them that is compressed. That has the offset of
 * the last; in format 1 theirs count from the first of them.
 * https://kafka.apache.org/documentation/#messageset
 * @param bytes an entry as a whole
 * @param from messages before this offset are left out
 */
export function decodeSetEntry(
  bytes: Buffer,
  from: number,
  budget: DecodeBudget,
): (SetMessage | UndecodableBatch)[] {
  const last = Number(bytes.readBigInt64BE(0));
  if (last < from) return [];
  try {
    if (crc32(bytes.subarray(entryHeadSize + 4)) !== bytes.readUInt32BE(entryHeadSize)) {
      throw new Error("its checksum is wrong");
    }
    const outer = readEntry(bytes, 0);
    if (outer.end !== bytes.length) throw new RangeError("a message does not end where it should");
    const inner = (outer.attributes & codecMask) === 0 ? [outer] : readInner(outer, budget);
    const shift = outer.magic === 0 || inner[0] === outer ? 0 : last - (inner.at(-1)?.offset ?? 0);
    const kept = inner.filter(({ offset }) => offset + shift >= from).slice(0, budget.messages);
    budget.messages -= kept.length;
    return kept.map((entry) => {
      const isStamped = (outer.attributes & stampedFlag) !== 0;
      return new SetMessage(entry, entry.offset + shift, isStamped ? outer.timestamp : entry.timestamp);
    });
  } catch (error) {
    const reason = `The message of offset ${last}, or the compressed ones in it, cannot be read: ${messageOf(error)}.`;
    return [new UndecodableBatch(last, bytes, reason)];
  }
}

/** The broker has set the time. */
const stampedFlag = 0x08;

function readInner(outer: Entry, budget: DecodeBudget): Entry[] {
  const bytes = decompress(outer.attributes, outer.value ?? Buffer.alloc(0), maxBatchBytes);
  budget.bytes -= bytes.length;
  const entries: Entry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const entry = readEntry(bytes, at);
    if (entry.end - at > maxMessageBytes) throw tooLarge(entry.end - at);
    if (entry.magic !== outer.magic) throw new Error("it has messages of another format in it");
    if ((entry.attributes & codecMask) !== 0)
      throw new Error("it has compressed messages in compressed ones");
    entries.push(entry);
    at = entry.end;
  }
  return entries;
}

export function tooLarge(size: number): RangeError {
  return new RangeError(`a message of it has ${size} bytes uncompressed, more than ${maxMessageBytes}`);
}

function readEntry(bytes: Buffer, at: number): Entry {
  const size = bytes.readInt32BE(at + 8);
  const end = at + entryHeadSize + size;
  if (size < minMessageSize || end > bytes.length) throw new RangeError("a message breaks off");
  const magic = bytes.readInt8(at + 16);
  if (magic !== 0 && magic !== 1) throw new Error(`it is of format ${magic}`);
  const keyAt = at + 18 + (magic === 0 ? 0 : 8);
  const key = readBytes(bytes, keyAt, end);
  const value = readBytes(bytes, key.end, end);
  return {
    offset: Number(bytes.readBigInt64BE(at)),
    magic,
    attributes: bytes.readInt8(at + 17),
    timestamp: magic === 0 ? -1n : bytes.readBigInt64BE(at + 18),
    key: key.bytes,
    value: value.bytes,
    end,
  };
}

function readBytes(
  bytes: Buffer,
  at: number,
  before: number,
): { readonly bytes: Buffer | null; readonly end: number } {
  const size = bytes.readInt32BE(at);
  const end = at + 4 + Math.max(0, size);
  if (end > before) throw new RangeError("a message breaks off");
  return { bytes: size < 0 ? null : bytes.subarray(at + 4, end), end };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
