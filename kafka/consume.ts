import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from "kafkajs";
import { assignPartitions } from "./assign-partitions.ts";
import { isKafkaError } from "./errors.ts";
import { sizeOf } from "./fetched-message.ts";

/** Messages of one partition from one fetch, or a part of them, at least one. */
export interface FetchedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: number;
  /** Inclusive; may be behind the last message where Kafka's own control records follow it. */
  readonly lastOffset: number;
  /** Where the partition's log ends; exclusive. */
  readonly highWatermark: number;
  readonly messages: readonly KafkaMessage[];
  /** Keeps the membership in the group alive; to be called every few seconds while the batch is in hand. */
  heartbeat(): Promise<void>;
  /** Whether the partition was taken away, the position moved or the consumer stopped: then give up. */
  isStale(): boolean;
}

/** What becomes of a batch. */
export type BatchVerdict =
  | { readonly kind: "done" }
  /** Read on from this offset instead. */
  | { readonly kind: "seek"; readonly offset: number }
  /** The batch is stale. */
  | { readonly kind: "dropped" };

/** Makes reading of one topic's partition go on from an offset. */
export type Seek = (partition: number, offset: number) => void;

export interface ConsumerOptions {
  readonly topics: readonly string[];
  readonly group: string;
  /** Partitions of which batches are in hand at the same time. */
  readonly concurrency: number;
  readonly handle: (batch: FetchedBatch) => Promise<BatchVerdict>;
  /**
   * Partitions of a topic have been assigned anew: what is remembered of its positions holds no longer. `seek` does nothing for
   * a partition that is no longer assigned. Called for each of the topics, also where it has no partition for this consumer.
   */
  readonly onAssigned: (topic: string, partitions: readonly number[], seek: Seek) => void;
  /** The membership has ended by itself, which kafkajs lets it do after some errors; another one may go better. */
  readonly onLost: (error: Error) => void;
  /** It cannot go better: an error that would come again, or `handle` threw. */
  readonly onCrash: (error: Error) => void;
}

/** A dead member is noticed after this time, and its partitions given to others. */
const sessionTimeoutMs = 10_000;
const heartbeatMs = 2_000;

/**
 * About 4,000 records, which become one transaction: of Kafka's default of half as much, twice as many, with a dozen
 * statements each. A batch that is larger takes longer than it saves, and more memory.
 */
const maxBytesPerPartition = 2 * 1024 * 1024;

/**
 * Reads the topics, all of which are there, as a member of the group. kafkajs commits to Kafka only offsets of batches that `handle` has
 * declared done, so Kafka's committed offset never runs ahead of the ledger by its doing. Messages of transactions that
 * were aborted, or are still open, are not handed over.
 * @returns a function that leaves the group after the batches in hand
 */
export async function startConsumer(kafka: Kafka, options: ConsumerOptions): Promise<() => Promise<void>> {
  let mayGoBetter = false;
  // Asked only after such errors. kafkajs would join anew by itself, and, told to leave while it does, would stay in the group for
  // ever: it takes a consumer that is just joining for one that has stopped.
  const restartOnFailure = async (): Promise<boolean> => {
    mayGoBetter = true;
    return false;
  };
  const consumer = kafka.consumer({
    groupId: options.group,
    sessionTimeout: sessionTimeoutMs,
    rebalanceTimeout: 15_000,
    heartbeatInterval: heartbeatMs,
    allowAutoTopicCreation: false,
    // New partitions are found this soon.
    metadataMaxAge: 30_000,
    maxWaitTimeInMs: 1_000,
    maxBytesPerPartition,
    // Nothing more is fetched until all is stored: two batches for each hand keep them all busy until nearly then.
    maxBytes: 2 * options.concurrency * maxBytesPerPartition,
    readUncommitted: false,
    partitionAssigners: [assignPartitions],
    retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 10, restartOnFailure },
  });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    for (const topic of options.topics) {
      const seek: Seek = (partition, offset) => consumer.seek({ topic, partition, offset: String(offset) });
      options.onAssigned(topic, payload.memberAssignment[topic] ?? [], seek);
    }
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    (mayGoBetter ? options.onLost : options.onCrash)(payload.error);
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
    await consumer.run({
      eachBatchAutoResolve: false,
      autoCommit: true,
      partitionsConsumedConcurrently: options.concurrency,
      eachBatch: (payload) => handleBatch(consumer, options, payload),
    });
  } catch (error) {
    // Whoever tries again makes another one.
    await consumer.disconnect();
    throw error;
  }
  return () => consumer.disconnect();
}

async function handleBatch(
  consumer: Consumer,
  options: ConsumerOptions,
  payload: EachBatchPayload,
): Promise<void> {
  const { batch } = payload;
  const parts = splitMessages(batch.messages);
  for (const [index, messages] of parts.entries()) {
    const first = messages[0] as KafkaMessage;
    const isLast = index === parts.length - 1;
    const lastOffset = isLast ? batch.lastOffset() : (messages.at(-1) as KafkaMessage).offset;
    const fetched: FetchedBatch = {
      topic: batch.topic,
      partition: batch.partition,
      firstOffset: Number(first.offset),
      lastOffset: Number(lastOffset),
      highWatermark: Number(batch.highWatermark),
      messages,
      heartbeat: payload.heartbeat,
      isStale: () => !payload.isRunning() || payload.isStale(),
    };
    const verdict = await whileAlive(payload, () => options.handle(fetched)).catch((error: unknown) => {
      // kafkajs would call the handler again and again, or give up without a word.
      if (!isKafkaError(error)) options.onCrash(error instanceof Error ? error : new Error(String(error)));
      throw error;
    });
    if (verdict.kind === "seek") {
      consumer.seek({ topic: batch.topic, partition: batch.partition, offset: String(verdict.offset) });
    }
    if (verdict.kind !== "done") return;
    payload.resolveOffset(lastOffset);
    await payload.commitOffsetsIfNecessary();
    if (!isLast) await payload.heartbeat();
  }
}

/** Keeps the membership while something takes its time, which kafkajs does between batches alone. */
async function whileAlive<T>({ heartbeat }: EachBatchPayload, work: () => Promise<T>): Promise<T> {
  // What a heartbeat is told, such as that partitions are given out anew, the next one of kafkajs is told too.
  const timer = setInterval(() => heartbeat().catch(() => undefined), heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** What is fetched may be many times as much once it is decompressed, or millions of tiny messages. */
const maxBytesAtOnce = 2 * maxBytesPerPartition;
const maxMessagesAtOnce = 20_000;

/** Each but for its last message within these limits: nearly always one. */
function splitMessages(messages: readonly KafkaMessage[]): (readonly KafkaMessage[])[] {
  const parts: (readonly KafkaMessage[])[] = [];
  let start = 0;
  let bytes = 0;
  for (const [index, message] of messages.entries()) {
    bytes += sizeOf(message);
    if (bytes < maxBytesAtOnce && index + 1 - start < maxMessagesAtOnce) continue;
    parts.push(messages.slice(start, index + 1));
    start = index + 1;
    bytes = 0;
  }
  if (start === 0) return messages.length === 0 ? [] : [messages];
  if (start < messages.length) parts.push(messages.slice(start));
  return parts;
}
