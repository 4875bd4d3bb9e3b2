import type { IHeaders, Message } from "kafkajs";
import { countDigits, Utf8Writer } from "../generate/utf8-writer.ts";
import { fixedText } from "../generate/words.ts";
import { type Codec, codecs, compress } from "./codecs/codec.ts";
import { crc32c } from "./crc32c.ts";
import { recordHeaders } from "./message.ts";
import type { RunRecords } from "./run-records.ts";

/** Bytes of a batch before its records. */
const headSize = 61;
/** Where in it what the checksum covers begins. */
const checkedFrom = 21;

/**
 * Writes messages as one record batch of format 2, in no transaction, in one pass over one buffer of its exact size, and then
 * compresses its records where that is wanted. kafkajs would make a buffer of 512 bytes for every message and every header, and copy the whole five
 * times: 2 of the 3 seconds of CPU that 100,000 records cost a worker.
 * https://kafka.apache.org/43/implementation/message-format/
 * @param timestampMs when the messages were made, for all of them
 * @param headroom bytes to leave in front of the batch
 */
export function encodeRecordBatch(
  messages: readonly Message[],
  timestampMs: number,
  headroom = 0,
  codec: Codec = "none",
): Buffer {
  const bodySizes = messages.map(bodySize);
  const size = bodySizes.reduce((sum, body) => sum + varintSize(body) + body, headroom + headSize);
  const writer = new Writer(Buffer.allocUnsafeSlow(size), headroom + headSize);
  for (const [index, message] of messages.entries()) {
    writer.varint(bodySizes[index] as number);
    writeBody(writer, message, index);
  }
  return finishBatch(writer.buffer, headroom, messages.length, timestampMs, codec);
}

/** Each record is copied from here at once. */
const value = new Utf8Writer();

/** Below the broker's limit of 1 MB for a batch (`message.max.bytes`), before it is compressed; a single record may exceed it. */
export const maxBatchBytes = 1_000_000;

/**
 * Writes the batch that `encodeRecordBatch` would make of these records' messages, without making them; of the first of them where all are too large.
 * @returns a view of what the writer holds, unless it is compressed, and how many records it has: at least one
 */
export function encodeRunRecords(
  records: RunRecords,
  timestampMs: number,
  headroom: number,
  batch: Utf8Writer,
  codec: Codec = "none",
): { readonly bytes: Buffer; readonly count: number } {
  const { firstSeq, length, write, readKey } = records;
  const headers = fixedText(recordHeaders(records.runId, records.traceparent));
  const headersSize = headers.starts[1] as number;
  batch.clear();
  batch.reserve(headroom + headSize);
  batch.size = headroom + headSize;
  let index = 0;
  for (; index < length; index++) {
    const seq = firstSeq + index;
    value.clear();
    write(seq, value);
    const key = readKey === null ? null : readKey(value.toBytes(), seq);
    // It is made again for the next batch.
    if (index > 0 && batch.size + value.size + (key?.length ?? 0) > maxBatchBytes) break;
    const digits = countDigits(seq);
    // Of which nothing is written has no value: a tombstone.
    const length = value.size === 0 ? noBytes : value.size;
    const size =
      3 + varintSize(index) + bytesSize(key) + varintSize(length) + value.size + headersSize + digits;
    batch.reserve(maxVarintSize + size);
    writeVarint(batch, size);
    // Attributes, timestamp delta.
    batch.byte(0);
    batch.byte(0);
    writeVarint(batch, index);
    writeVarint(batch, key === null ? noBytes : key.length);
    if (key !== null) batch.bytes(key);
    writeVarint(batch, length);
    batch.append(value);
    batch.word(headers, 0);
    writeVarint(batch, digits);
    batch.number(seq);
  }
  return { bytes: finishBatch(batch.toBytes(), headroom, index, timestampMs, codec), count: index };
}

const maxVarintSize = 5;
/** Length of what is null. */
const noBytes = -1;

function writeVarint(out: Utf8Writer, value: number): void {
  let rest = zigzag(value) >>> 0;
  for (; rest > 0x7f; rest >>>= 7) out.byte((rest & 0x7f) | 0x80);
  out.byte(rest);
}

/** @param bytes the batch behind its headroom, as yet without a head */
function finishBatch(
  bytes: Buffer,
  headroom: number,
  count: number,
  timestampMs: number,
  codec: Codec,
): Buffer {
  const finished = codec === "none" ? bytes : withCompressedRecords(bytes, headroom + headSize, codec);
  writeHead(finished.subarray(headroom), count, timestampMs, codec);
  return finished;
}

function withCompressedRecords(bytes: Buffer, recordsAt: number, codec: Codec): Buffer {
  const records = compress(codec, bytes.subarray(recordsAt));
  const compressed = Buffer.allocUnsafeSlow(recordsAt + records.length);
  compressed.set(records, recordsAt);
  return compressed;
}

function writeHead(batch: Buffer, count: number, timestampMs: number, codec: Codec): void {
  // Base offset: Kafka's to give.
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - 12, 8);
  // Leader epoch: not known to a producer.
  batch.writeInt32BE(0, 12);
  batch.writeInt8(2, 16);
  // Attributes: nothing but the codec.
  batch.writeInt16BE(codecs.indexOf(codec), checkedFrom);
  batch.writeInt32BE(count - 1, 23);
  batch.writeBigInt64BE(BigInt(timestampMs), 27);
  batch.writeBigInt64BE(BigInt(timestampMs), 35);
  // Producer id, epoch and first sequence number: of idempotent producers only.
  batch.writeBigInt64BE(-1n, 43);
  batch.writeInt16BE(0, 51);
  batch.writeInt32BE(0, 53);
  batch.writeInt32BE(count, 57);
  batch.writeUInt32BE(crc32c(batch, checkedFrom), 17);
}

/** Size of a record behind its length. Attributes and timestamp delta take one byte each. */
export function bodySize({ key = null, value, headers }: Message, index: number): number {
  return 2 + varintSize(index) + bytesSize(key) + bytesSize(value) + headersSize(headers);
}

function writeBody(writer: Writer, { key = null, value, headers }: Message, index: number): void {
  writer.byte(0);
  writer.byte(0);
  writer.varint(index);
  writer.bytes(key);
  writer.bytes(value);
  writer.varint(countHeaders(headers));
  for (const name in headers) {
    for (const header of listValues(headers[name])) {
      writer.bytes(name);
      writer.bytes(header);
    }
  }
}

function headersSize(headers: IHeaders | undefined): number {
  let size = varintSize(countHeaders(headers));
  for (const name in headers) {
    for (const header of listValues(headers[name])) size += bytesSize(name) + bytesSize(header);
  }
  return size;
}

function countHeaders(headers: IHeaders | undefined): number {
  let count = 0;
  for (const name in headers) count += listValues(headers[name]).length;
  return count;
}

type Bytes = Buffer | string | null;

function listValues(values: IHeaders[string]): readonly Bytes[] {
  return Array.isArray(values) ? values : [values ?? null];
}

function bytesSize(bytes: Bytes): number {
  if (bytes === null) return 1;
  const length = typeof bytes === "string" ? Buffer.byteLength(bytes) : bytes.length;
  return varintSize(length) + length;
}

/** Of a signed number in zigzag encoding; here never below -1. */
function varintSize(value: number): number {
  let size = 1;
  for (let rest = zigzag(value) >>> 7; rest !== 0; rest >>>= 7) size += 1;
  return size;
}

function zigzag(value: number): number {
  return (value << 1) ^ (value >> 31);
}

class Writer {
  readonly buffer: Buffer;
  #offset: number;

  constructor(buffer: Buffer, offset: number) {
    this.buffer = buffer;
    this.#offset = offset;
  }

  byte(value: number): void {
    this.buffer[this.#offset++] = value;
  }

  varint(value: number): void {
    let rest = zigzag(value) >>> 0;
    for (; rest > 0x7f; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest);
  }

  /** A length and as many bytes; null is the length -1. */
  bytes(bytes: Bytes): void {
    if (bytes === null) {
      this.varint(-1);
    } else if (typeof bytes === "string") {
      this.varint(Buffer.byteLength(bytes));
      this.#offset += this.buffer.write(bytes, this.#offset);
    } else {
      this.varint(bytes.length);
      this.#offset += bytes.copy(this.buffer, this.#offset);
    }
  }
}
