import { createRequire } from "node:module";
import type { IHeaders, KafkaMessage } from "kafkajs";

/** What a message has in common with the others of its record batch, as kafkajs has decoded it. */
export interface BatchContext {
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly maxTimestamp: string;
  /** 1 where the broker has set the time; then all have `maxTimestamp`. */
  readonly timestampType: number;
  readonly producerId: string;
  readonly inTransaction: boolean;
  readonly isControlBatch: boolean;
}

/**
 * A message of a fetched record batch: its place and where in its bytes the rest is, which is decoded when somebody asks.
 * kafkajs decodes every header into objects of their own, which take more time than the message; and what a message is
 * made of stays in memory until PostgreSQL has stored its batch, where collecting garbage moves it twice.
 * https://kafka.apache.org/43/implementation/message-format/
 */
export class FetchedMessage {
  readonly attributes: number;
  /** The offset as a number, below 2^53. */
  readonly position: number;
  /** kafkajs hands such a message to nobody, and counts its offset as read. */
  isControlRecord: boolean;
  readonly batchContext: BatchContext;
  /** The record behind its length. */
  readonly record: Buffer;
  /** Where in it the key begins, with its size. */
  readonly #keyAt: number;
  readonly #valueAt: number;
  /** Where in it the headers begin, with their number. */
  readonly headersAt: number;

  constructor(record: Buffer, batchContext: BatchContext) {
    const reader = new RecordReader(record);
    this.attributes = reader.byte();
    reader.skipVarint();
    this.position = Number(batchContext.firstOffset) + reader.varint();
    this.#keyAt = reader.at;
    reader.skipBytes();
    this.#valueAt = reader.at;
    reader.skipBytes();
    this.isControlRecord = batchContext.isControlBatch;
    this.batchContext = batchContext;
    this.record = record;
    this.headersAt = reader.at;
  }

  get offset(): string {
    return String(this.position);
  }

  get key(): Buffer | null {
    return new RecordReader(this.record, this.#keyAt).bytes();
  }

  get value(): Buffer | null {
    return new RecordReader(this.record, this.#valueAt).bytes();
  }

  /** Milliseconds since 1970. */
  get timestamp(): string {
    const { timestampType, firstTimestamp, maxTimestamp } = this.batchContext;
    if (timestampType === 1 && maxTimestamp) return maxTimestamp;
    return (BigInt(firstTimestamp) + new RecordReader(this.record, 1).varlong()).toString();
  }

  /** As kafkajs gives them: several values of one name as an array. */
  get headers(): IHeaders {
    const reader = new RecordReader(this.record, this.headersAt);
    const headers: IHeaders = {};
    for (let left = reader.varint(); left > 0; left--) {
      const name = reader.bytes()?.toString("utf8") ?? "null";
      // Its type does not know of a value without bytes.
      const value = reader.bytes() as Buffer;
      const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
      const all = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
      Object.defineProperty(headers, name, { value: all, enumerable: true, configurable: true });
    }
    return headers;
  }
}

/** A message's offset, below 2^53, without the text that kafkajs makes of it. */
export function offsetOf(message: KafkaMessage): number {
  return message instanceof FetchedMessage ? message.position : Number(message.offset);
}

class RecordReader {
  readonly #record: Buffer;
  at: number;

  constructor(record: Buffer, at = 0) {
    this.#record = record;
    this.at = at;
  }

  byte(): number {
    return this.#record.readInt8(this.at++);
  }

  varint(): number {
    let value = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = this.#record[this.at++] as number;
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte > 0x7f);
    return (value >>> 1) ^ -(value & 1);
  }

  varlong(): bigint {
    let value = 0n;
    let shift = 0n;
    let byte: number;
    do {
      byte = this.#record[this.at++] as number;
      value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
    } while (byte > 0x7f);
    return (value >> 1n) ^ -(value & 1n);
  }

  skipVarint(): void {
    while ((this.#record[this.at++] as number) > 0x7f);
  }

  skipBytes(): void {
    const length = this.varint();
    if (length > 0) this.at += length;
  }

  bytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    const start = this.at;
    this.at += length;
    return this.#record.subarray(start, this.at);
  }
}

/** kafkajs's decoder of bytes, of which a record's is new and at the beginning. */
interface Decoder {
  readonly buffer: Buffer;
}

const require = createRequire(import.meta.url);

/** Lets every kafkajs client of this process read messages so; to be called before kafkajs has fetched anything. */
export function installFetchedMessages(): void {
  const file = require.resolve("kafkajs/src/protocol/recordBatch/record/v0/decoder.js");
  require(file);
  const module = require.cache[file];
  if (module === undefined) throw new Error(`${file} was loaded, and is not in the cache of modules`);
  module.exports = ({ buffer }: Decoder, context: BatchContext) => new FetchedMessage(buffer, context);
}
