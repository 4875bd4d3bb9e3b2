import type { IHeaders, KafkaMessage } from "kafkajs";

/** What the messages of one record batch have in common. */
export interface BatchContext {
  /** Of the first message as it was sent, below 2^53; messages may have been removed since. */
  readonly baseOffset: number;
  readonly firstTimestamp: bigint;
  readonly maxTimestamp: bigint;
  /** Whether the broker has set the time; then all have `maxTimestamp`. */
  readonly isStamped: boolean;
  readonly producerId: string;
  readonly inTransaction: boolean;
  readonly isControlBatch: boolean;
}

/** Headers that a message may have: a megabyte has room for half a million, which take fifty times as much memory. */
export const maxHeaders = 1_000;

/**
 * A message of a fetched record batch: its place and where in its bytes the rest is, which is decoded when somebody asks.
 * kafkajs would decode every header into objects of their own, which take more time than the message; and what a message is
 * made of stays in memory until PostgreSQL has stored its batch, where collecting garbage moves it twice: so it has no buffer of its
 * own either.
 * https://kafka.apache.org/43/implementation/message-format/
 */
export class FetchedMessage {
  readonly attributes: number;
  /** The offset as a number, below 2^53. */
  readonly position: number;
  /** kafkajs hands such a message to nobody, and counts its offset as read. */
  isControlRecord: boolean;
  readonly batchContext: BatchContext;
  /** All records of the batch. */
  readonly bytes: Buffer;
  /** Where in them this record begins, behind its length. */
  readonly #start: number;
  /** Where the key begins, with its size. */
  readonly #keyAt: number;
  readonly #valueAt: number;
  /** Where the headers begin, with their number. */
  readonly headersAt: number;
  /** Where the record ends. */
  readonly end: number;

  /** @throws RangeError where the record is not what it should be, so that nothing that is asked for later can fail */
  constructor(bytes: Buffer, start: number, end: number, batchContext: BatchContext) {
    const reader = new RecordReader(bytes, start, end);
    this.attributes = reader.byte();
    reader.skipVarlong();
    this.position = batchContext.baseOffset + reader.varint();
    this.#keyAt = reader.at;
    reader.skipBytes();
    this.#valueAt = reader.at;
    reader.skipBytes();
    this.isControlRecord = batchContext.isControlBatch;
    this.batchContext = batchContext;
    this.bytes = bytes;
    this.#start = start;
    this.end = end;
    this.headersAt = reader.at;
    reader.skipHeaders();
    if (reader.at !== end) throw new RangeError("a record does not end where it should");
  }

  get offset(): string {
    return String(this.position);
  }

  get key(): Buffer | null {
    return this.#read(this.#keyAt).bytes();
  }

  get value(): Buffer | null {
    return this.#read(this.#valueAt).bytes();
  }

  /** Milliseconds since 1970. */
  get timestamp(): string {
    const { isStamped, firstTimestamp, maxTimestamp } = this.batchContext;
    const time = isStamped ? maxTimestamp : firstTimestamp + this.#read(this.#start + 1).varlong();
    return time.toString();
  }

  /** How many values its headers have, all names together. */
  get headerCount(): number {
    return this.#read(this.headersAt).varint();
  }

  /** As kafkajs gives them: several values of one name as an array. Of too many, the first, and room for a replay's mark. */
  get headers(): IHeaders {
    const reader = this.#read(this.headersAt);
    const found = new Map<string, Buffer[]>();
    const count = reader.varint();
    for (let left = count > maxHeaders ? maxHeaders - 1 : count; left > 0; left--) {
      const name = reader.bytes()?.toString("utf8") ?? "";
      // Its type does not know of a value without bytes.
      const value = reader.bytes() as Buffer;
      const before = found.get(name);
      if (before === undefined) found.set(name, [value]);
      else before.push(value);
    }
    const headers: IHeaders = {};
    for (const [name, values] of found) {
      const value = values.length === 1 ? values[0] : values;
      // A name may be one that every object inherits.
      Object.defineProperty(headers, name, { value, enumerable: true, configurable: true });
    }
    return headers;
  }

  get byteLength(): number {
    return this.end - this.#start;
  }

  #read(at: number): RecordReader {
    return new RecordReader(this.bytes, at, this.end);
  }
}

/** A message's offset, below 2^53, without the text that kafkajs makes of it. */
export function offsetOf(message: KafkaMessage): number {
  return message instanceof FetchedMessage ? message.position : Number(message.offset);
}

/** How many bytes a message has, headers and all. */
export function sizeOf(message: KafkaMessage): number {
  if (message instanceof FetchedMessage) return message.byteLength;
  return (message.key?.length ?? 0) + (message.value?.length ?? 0);
}

/** Reads what records are made of; RangeError where a record breaks off or a number does not end. */
export class RecordReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  at: number;

  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#end = end;
    this.at = at;
  }

  byte(): number {
    if (this.at >= this.#end) throw new RangeError("a record breaks off");
    return this.#bytes[this.at++] as number;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    throw new RangeError("a record has a number of more than 32 bits");
  }

  varlong(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return (value >> 1n) ^ -(value & 1n);
    }
    throw new RangeError("a record has a number of more than 64 bits");
  }

  skipVarlong(): void {
    for (let length = 1; length <= 10; length++) if (this.byte() < 0x80) return;
    throw new RangeError("a record has a number of more than 64 bits");
  }

  skipBytes(): void {
    const length = this.varint();
    if (length > 0) this.at += length;
  }

  skipHeaders(): void {
    const count = this.varint();
    if (count < 0) throw new RangeError("a record has fewer headers than none");
    for (let left = count; left > 0; left--) {
      const length = this.varint();
      if (length < 0) throw new RangeError("a record has a header without a name");
      this.at += length;
      this.skipBytes();
    }
  }

  /** Null where the length is negative. */
  bytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    const start = this.at;
    this.at += length;
    if (this.at > this.#end) throw new RangeError("a record breaks off");
    return this.#bytes.subarray(start, this.at);
  }
}
