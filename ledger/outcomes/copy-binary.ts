import { spansPerField } from "../../records/recogniser.ts";
import type { StoredType } from "../../records/record-type.ts";
import { binaryWriter, roomBesideValue, type WriteBinary, writeInt32, writeInt64 } from "./binary-values.ts";

/** Bytes of a row beside its payload and its fields: what comes from its place, and the sizes of these. */
const bytesBesideFields = 80;
/** Bytes that a row may take before the buffer grows; one of ten fields takes about 660, in some scripts half as much again. */
const expectedRowBytes = 1_100;

/**
 * Rows of clean records in COPY's binary format, in one buffer, made of the bytes in which the messages came. PostgreSQL
 * reads this with a fifth less of its time than text: it looks for no tabs and newlines, and reads no numbers and times.
 * A payload is the message's bytes as they are: json's binary format is its text.
 * https://www.postgresql.org/docs/18/sql-copy.html#id-1.9.3.55.9.4
 */
export class BinaryRows {
  readonly #buffers: RowBuffers;
  #buffer: Buffer;
  #length = 0;
  /** Where each row ends, by the index of its message. Messages that are no row here end where the one before does. */
  readonly #ends: Uint32Array;
  #written = 0;
  /** Null: the bytes themselves. */
  readonly #writers: readonly (WriteBinary | null)[];

  constructor(type: StoredType, count: number, buffers: RowBuffers) {
    this.#buffers = buffers;
    this.#buffer = buffers.take(count * expectedRowBytes);
    this.#ends = new Uint32Array(count);
    this.#writers = type.fields.map((field) => binaryWriter(field.column.type));
  }

  /**
   * Writes a message's row; to be called in the order of the indexes.
   * @param spans where the record's values are in `bytes`, as `Recogniser` says
   */
  write(index: number, bytes: Buffer, spans: Int32Array, place: RowPlace): void {
    while (this.#written < index) this.#ends[this.#written++] = this.#length;
    const fields = this.#writers.length;
    this.#reserve(2 * bytes.length + roomBesideValue * fields + bytesBesideFields);
    const buffer = this.#buffer;
    let at = this.#length;
    buffer[at++] = (fields + 6) >>> 8;
    buffer[at++] = fields + 6;
    at = writeInt32(buffer, bytes.length, at);
    // The columns are moved from here, within the buffer: that takes half the time of a loop over their bytes, or of a call
    // to copy each between buffers.
    const payload = at;
    buffer.set(bytes, payload);
    at += bytes.length;
    for (let field = 0; field < fields; field++) {
      const start = spans[spansPerField * field + 2] as number;
      if (start < 0) {
        at = writeInt32(buffer, -1, at);
        continue;
      }
      const end = spans[spansPerField * field + 3] as number;
      const write = this.#writers[field];
      if (write) {
        at = write(bytes, start, end, buffer, at);
        continue;
      }
      at = writeInt32(buffer, end - start, at);
      buffer.copyWithin(at, payload + start, payload + end);
      at += end - start;
    }
    // No error.
    at = writeInt32(buffer, -1, at);
    at = writeInt32(buffer, 16, at);
    buffer.set(place.runId, at);
    at += place.runId.length;
    at = writeInt32(buffer, 8, at);
    at = writeInt64(buffer, place.seq, at);
    at = writeInt32(buffer, 4, at);
    at = writeInt32(buffer, place.partition, at);
    at = writeInt32(buffer, 8, at);
    this.#length = writeInt64(buffer, place.offset, at);
    this.#ends[this.#written++] = this.#length;
  }

  /** The rows of `count` messages from index `first`, each of which has one. */
  slice(first: number, count: number): Buffer {
    const start = first === 0 ? 0 : (this.#ends[first - 1] as number);
    return this.#buffer.subarray(start, this.#ends[first + count - 1]);
  }

  /** To be called once PostgreSQL has taken the rows: they are no longer to be used. */
  release(): void {
    this.#buffers.give(this.#buffer);
    this.#buffer = Buffer.alloc(0);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#buffer.length, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

/** Where a row's record belongs, and where its message was. */
export interface RowPlace {
  /** The 16 bytes of the run's id. */
  readonly runId: Buffer;
  readonly seq: number;
  readonly partition: number;
  readonly offset: number;
}

/**
 * Buffers of rows that are used again: V8 counts the bytes of each new one, and goes through the whole heap every 64 MB,
 * which took a tenth of a consumer's time.
 */
export interface RowBuffers {
  take(bytes: number): Buffer;
  give(buffer: Buffer): void;
}

/** Larger ones, of rare batches, are not kept. */
const maxKeptBytes = 8 * 1024 * 1024;

/** @param count how many are kept: as many as there are batches in hand at a time */
export function createRowBuffers(count: number): RowBuffers {
  const kept: Buffer[] = [];
  return {
    take: (bytes) => {
      const found = kept.findIndex((buffer) => buffer.length >= bytes);
      return kept.splice(found, found < 0 ? 0 : 1)[0] ?? Buffer.allocUnsafeSlow(bytes);
    },
    give: (buffer) => {
      if (buffer.length > maxKeptBytes) return;
      kept.push(buffer);
      // The smallest goes: a large one serves any batch.
      if (kept.length > count) kept.sort((a, b) => b.length - a.length).pop();
    },
  };
}

/** What COPY's binary format has before all rows; behind them nothing is needed but the end of the data. */
export const binaryHead = Buffer.concat([Buffer.from("PGCOPY\n\xff\r\n\0", "latin1"), Buffer.alloc(8)]);
