import { createRequire } from "node:module";
import type { FetchedEntry } from "../../kafka/decode-records.ts";
import { FetchedMessage } from "../../kafka/fetched-message.ts";
import { SetMessage } from "../../kafka/message-set.ts";
import { UndecodableBatch } from "../../kafka/undecodable-batch.ts";
import { testKafka } from "./kafka.ts";

/** What a broker gives of a partition, and from where it was asked for it. */
export interface Fetched {
  readonly from?: number;
  readonly highWatermark?: number;
  /** Offset at which a transaction of a producer without an id began, which was aborted. */
  readonly abortedFrom?: number;
  readonly records: Buffer;
}

const version = 11;
const require = createRequire(import.meta.url);

/** What kafkajs makes of a broker's answer with these partitions. */
export async function decodeAnswer(partitions: readonly Fetched[]): Promise<FetchedEntry[][]> {
  // Making a client is what puts our decoder in its place.
  testKafka();
  const { protocol } = require("kafkajs/src/protocol/requests/fetch/index.js");
  const asked = partitions.map(({ from = 0 }, partition) => ({
    ...{ partition, fetchOffset: String(from), maxBytes: 1 },
  }));
  const { response } = protocol({ version })({
    ...{ maxWaitTime: 1, minBytes: 1, maxBytes: 1, topics: [{ topic: "topic", partitions: asked }] },
  });
  const { responses } = await response.decode(encodeAnswer(partitions));
  return responses[0].partitions.map(({ messages }: { readonly messages: FetchedEntry[] }) => messages);
}

/** Of one partition. */
export async function decodeFetched(fetched: Fetched): Promise<FetchedEntry[]> {
  const [entries] = await decodeAnswer([fetched]);
  return entries ?? [];
}

export function messagesOf(entries: readonly FetchedEntry[]): (FetchedMessage | SetMessage)[] {
  return entries.filter((entry) => entry instanceof FetchedMessage || entry instanceof SetMessage);
}

/** Offset and reason of each batch that could not be read. */
export function undecodableOf(entries: readonly FetchedEntry[]): [number, string][] {
  return entries.flatMap((entry) =>
    entry instanceof UndecodableBatch ? [[entry.position, entry.reason] as [number, string]] : [],
  );
}

/** Fetch response of version 11. https://kafka.apache.org/43/design/protocol/#The_Messages_Fetch */
function encodeAnswer(partitions: readonly Fetched[]): Buffer {
  return Buffer.concat([
    ...[int32(0), int16(0), int32(0), int32(1), int16(5), Buffer.from("topic"), int32(partitions.length)],
    ...partitions.flatMap(encodePartition),
  ]);
}

function encodePartition(
  { records, highWatermark = Number.MAX_SAFE_INTEGER, abortedFrom }: Fetched,
  partition: number,
): Buffer[] {
  const aborted = abortedFrom === undefined ? [int32(-1)] : [int32(1), int64(-1), int64(abortedFrom)];
  return [
    ...[int32(partition), int16(0), int64(highWatermark), int64(highWatermark), int64(0), ...aborted],
    // No other replica to read from.
    ...[int32(-1), int32(records.length), records],
  ];
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}
