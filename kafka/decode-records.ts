import { codecMask, codecs, decompress } from "./codecs/codec.ts";
import { crc32c } from "./crc32c.ts";
import { type DecodeBudget, maxBatchBytes, requireMessageSize } from "./decode-limits.ts";
import { type BatchContext, FetchedMessage, RecordReader } from "./fetched-message.ts";
import { decodeSetEntry, minMessageSize, type SetMessage } from "./message-set.ts";
import { UndecodableBatch } from "./undecodable-batch.ts";

/** What reading has to go on behind, although no message stands there; counts as read, and is handed to nobody. */
export interface Gap {
  readonly offset: string;
  readonly key: null;
  readonly value: null;
  readonly isControlRecord: true;
}

export type FetchedEntry = FetchedMessage | SetMessage | UndecodableBatch | Gap;

/** What was asked for, and where the partition's log ended then, exclusive. */
export interface FetchedRange {
  readonly from: number;
  readonly highWatermark: number;
}

/** Bytes of a batch up to its format, which all formats have in the same places. */
const frameHeadSize = 17;
const batchHeadSize = 61;
/** Of what cannot even be delimited so many bytes are kept. */
const keptOfNoBatch = 64 * 1024;

/**
 * Decodes what a broker gives of a partition: record batches of format 2 and message sets of formats 0 and 1, in any codec.
 * The last is often cut off, and is asked for again. Nothing in them can make it throw: a batch that cannot be read becomes
 * one entry in their place, and reading goes on behind it.
 */
export function decodeRecords(bytes: Buffer, range: FetchedRange, budget: DecodeBudget): FetchedEntry[] {
  const entries: FetchedEntry[] = [];
  const { highWatermark } = range;
  let { from } = range;
  let lastBase = -1;
  for (let at = 0; at + frameHeadSize <= bytes.length && budget.bytes > 0 && budget.messages > 0; ) {
    const { base, magic, size } = readFrame(bytes, at);
    if (base <= lastBase || size < minSizeOf(magic)) {
      // Where what follows begins cannot be told; Kafka is asked for it once more, unless it has just been.
      if (entries.length === 0) entries.push(noBatch(bytes.subarray(at), from));
      break;
    }
    if (at + size > bytes.length) break;
    const batch = bytes.subarray(at, at + size);
    const decoded =
      magic < 2
        ? decodeSetEntry(batch, from, budget)
        : decodeBatch(batch, from, endOfBatch(bytes, at + size, base, highWatermark), budget);
    for (const entry of decoded) entries.push(entry);
    from = Math.max(from, Number(decoded.at(-1)?.offset ?? -1) + 1);
    lastBase = base;
    at += size;
  }
  return entries;
}

interface Frame {
  readonly base: number;
  readonly magic: number;
  /** The whole batch's. */
  readonly size: number;
}

function readFrame(bytes: Buffer, at: number): Frame {
  return {
    base: Number(bytes.readBigInt64BE(at)),
    magic: bytes.readUInt8(at + 16),
    size: 12 + bytes.readInt32BE(at + 8),
  };
}

const minSizeOf = (magic: number): number => (magic < 2 ? 12 + minMessageSize : batchHeadSize);

function noBatch(bytes: Buffer, from: number): UndecodableBatch {
  const what = `What Kafka gives at offset ${from}`;
  return new UndecodableBatch(
    from,
    bytes.subarray(0, keptOfNoBatch),
    what,
    new Error("it is no record batch"),
  );
}

/** The last offset that a batch can have, whatever it says itself: before the next batch, within the log. */
function endOfBatch(bytes: Buffer, nextAt: number, base: number, highWatermark: number): number {
  const next = nextAt + frameHeadSize <= bytes.length ? readFrame(bytes, nextAt).base : 0;
  return Math.max(base, (next > base && next < highWatermark ? next : highWatermark) - 1);
}

function decodeBatch(
  batch: Buffer,
  from: number,
  lastPossible: number,
  budget: DecodeBudget,
): FetchedEntry[] {
  const magic = batch.readUInt8(16);
  const isIntact = magic === 2 && crc32c(batch, 21) === batch.readUInt32BE(17);
  const context = readContext(batch);
  const claimed = context.baseOffset + Math.max(0, batch.readInt32BE(23));
  const last = Math.min(claimed, lastPossible);
  if ((isIntact ? claimed : last) < from) return [];
  try {
    if (magic !== 2) throw new Error(`it is of format ${magic}`);
    if (!isIntact) throw new Error("its checksum is wrong");
    const { messages, position, isCut } = readRecords(batch, context, { from, last: claimed }, budget);
    // Kafka keeps a batch's last offset where compaction has removed its message.
    return isCut ? messages : endedBy(messages, Math.max(position, from - 1), last);
  } catch (error) {
    const position = Math.max(from, context.baseOffset);
    const what = describe(batch, position, last);
    const undecodable = new UndecodableBatch(position, batch, what, error, isIntact ? context : undefined);
    return endedBy([undecodable], position, last);
  }
}

function endedBy(entries: FetchedEntry[], position: number, last: number): FetchedEntry[] {
  if (position < last) entries.push({ offset: String(last), key: null, value: null, isControlRecord: true });
  return entries;
}

function readContext(batch: Buffer): BatchContext {
  const attributes = batch.readInt16BE(21);
  return {
    baseOffset: Number(batch.readBigInt64BE(0)),
    firstTimestamp: batch.readBigInt64BE(27),
    maxTimestamp: batch.readBigInt64BE(35),
    isStamped: (attributes & 0x08) !== 0,
    producerId: batch.readBigInt64BE(43).toString(),
    inTransaction: (attributes & 0x10) !== 0,
    isControlBatch: (attributes & 0x20) !== 0,
  };
}

interface ReadRecords {
  readonly messages: FetchedMessage[];
  /** Of the last record; before the batch where it has none. */
  readonly position: number;
  /** Whether there are more than there is a budget for. */
  readonly isCut: boolean;
}

/** @throws where anything in the batch is not as it should be, even behind what there is a budget for */
function readRecords(
  batch: Buffer,
  context: BatchContext,
  { from, last }: { readonly from: number; readonly last: number },
  budget: DecodeBudget,
): ReadRecords {
  const count = batch.readInt32BE(57);
  const attributes = batch.readInt16BE(21);
  const isCompressed = (attributes & codecMask) !== 0;
  const stored = batch.subarray(batchHeadSize);
  const records = count === 0 ? stored : decompress(attributes, stored, maxBatchBytes);
  budget.bytes -= records.length;
  const reader = new RecordReader(records);
  const messages: FetchedMessage[] = [];
  let position = context.baseOffset - 1;
  let isCut = false;
  for (let n = 0; n < count; n++) {
    const size = reader.varint();
    if (size < 0) throw new RangeError("a record has fewer bytes than none");
    const start = reader.at;
    reader.at += size;
    if (reader.at > records.length) throw new RangeError("a record breaks off");
    if (isCompressed) requireMessageSize(size);
    const message = new FetchedMessage(records, start, reader.at, context);
    if (message.position <= position || message.position > last) {
      throw new RangeError("its offsets are not in order");
    }
    position = message.position;
    if (position < from) continue;
    isCut = budget.messages <= 0;
    if (isCut) continue;
    messages.push(message);
    budget.messages -= 1;
  }
  if (reader.at !== records.length) {
    throw new RangeError(`it has more than the ${count} records that it says`);
  }
  return { messages, position, isCut };
}

/** Only what any batch says of itself. */
function describe(batch: Buffer, first: number, last: number): string {
  const codec = codecs[batch.readInt16BE(21) & codecMask] ?? "unknown codec";
  return `The batch of offsets ${first} to ${last} (codec ${codec}, ${batch.readInt32BE(57)} records, ${batch.length} bytes)`;
}
