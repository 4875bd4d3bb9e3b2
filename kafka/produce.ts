import { type Kafka, Partitioners, type Producer } from "kafkajs";
import { Utf8Writer } from "../generate/utf8-writer.ts";
import { CarriedBatch, headroom } from "./carry-record-batches.ts";
import { type Codec, prepareCodecs } from "./codecs/codec.ts";
import { encodeRecordBatch, encodeRunRecords } from "./record-batch.ts";
import { type Messages, RunRecords } from "./run-records.ts";
import { ensureTopic, type TopicSettings } from "./topic.ts";
import { createTopicStateReader, type TopicState } from "./topic-state.ts";

export interface MessageProducer {
  /** What a topic is now, with the partitions to which it is safe to send; creates it where it is missing. */
  describeTopic(topic: string): Promise<TopicState>;
  /** Topic -> its id as it is now, null where that is not known; creates those that are missing. One request where all are there. */
  readTopicIds(topics: readonly string[]): Promise<ReadonlyMap<string, string | null>>;
  /**
   * Sends messages to one partition of a topic: messages as one record batch, a run's records as one or, where they are too large for that, as several.
   * @returns the offset behind the last of them
   * @throws where the broker did not acknowledge all; any number of them may have arrived
   */
  send(topic: string, partition: number, messages: Messages): Promise<number>;
  close(): Promise<void>;
}

export interface ProducerOptions {
  /** In which batches are compressed; not at all by default. */
  readonly compression?: Codec;
  /** How often kafkajs itself retries a request before `send` fails. */
  readonly retries: number;
  /** Longest pause between two retries, in milliseconds. */
  readonly maxRetryTimeMs: number;
}

/**
 * A producer without kafkajs's idempotence, which loses acknowledged messages when sends overlap or one is
 * retried (tulios/kafkajs#598, #1005). What arrives twice is absorbed by the consumer.
 */
export function createMessageProducer(
  kafka: Kafka,
  settings: Omit<TopicSettings, "topic"> & { readonly brokers: readonly string[] },
  options: ProducerOptions,
): MessageProducer {
  const { compression = "none" } = options;
  const reader = createTopicStateReader(settings.brokers);
  const topics = new Map<string, OpenTopic>();
  /**
   * Of sends that are over, for those that come: new buffers for every batch made V8 collect the garbage of the whole heap
   * every 12,000 records.
   */
  const writers: Utf8Writer[] = [];

  function open(topic: string): OpenTopic {
    const found = topics.get(topic) ?? openTopic(kafka, { ...settings, topic }, options);
    topics.set(topic, found);
    return found;
  }

  async function describeTopic(topic: string): Promise<TopicState> {
    const { ensure, admitPartitions } = open(topic);
    let state = await reader.read(topic);
    if (state === null) {
      await ensure();
      state = await reader.read(topic);
    }
    if (state === null) throw new Error(`Kafka has no topic ${topic}, although it was just made`);
    return { ...state, partitions: admitPartitions(state.partitions, Date.now()) };
  }

  return {
    describeTopic,
    async readTopicIds(topics) {
      const ids = new Map<string, string | null>(await reader.readIds(topics));
      for (const topic of topics) {
        if (ids.has(topic)) continue;
        const state = await describeTopic(topic).catch(() => null);
        ids.set(topic, state?.id ?? null);
      }
      return ids;
    },
    async send(topic, partition, messages) {
      const producer = await open(topic).connect();
      if (compression !== "none") await prepareCodecs();
      if (!(messages instanceof RunRecords)) {
        const bytes = encodeRecordBatch(messages, Date.now(), headroom, compression);
        return (await sendBatch(producer, topic, new CarriedBatch(partition, bytes))) + messages.length;
      }
      let endOffset = 0;
      for (let rest = messages; rest.length > 0; ) {
        const writer = writers.pop() ?? new Utf8Writer();
        const { bytes, count } = encodeRunRecords(rest, Date.now(), headroom, writer, compression);
        const batch = new CarriedBatch(partition, bytes);
        endOffset = (await sendBatch(producer, topic, batch)) + count;
        if (batch.wasSentOnce) writers.push(writer);
        rest = rest.from(count);
      }
      return endOffset;
    },
    async close() {
      reader.close();
      await Promise.all(Array.from(topics.values(), (each) => each.close()));
    },
  };
}

/** @returns the offset of its first message */
async function sendBatch(producer: Producer, topic: string, batch: CarriedBatch): Promise<number> {
  const acknowledged = await producer.send({ topic, acks: -1, messages: [batch] });
  const [metadata] = acknowledged;
  // A send can resolve without having sent (tulios/kafkajs#1303): the broker's word counts, not the promise.
  if (
    acknowledged.length !== 1 ||
    metadata?.partition !== batch.partition ||
    metadata.baseOffset === undefined
  ) {
    throw new Error(`Kafka acknowledged no messages for partition ${batch.partition} of ${topic}`);
  }
  return Number(metadata.baseOffset);
}

/**
 * What is kept of a topic that is sent to. Each has a producer of kafkajs of its own: one that has sent to a topic asks for the
 * metadata of it for ever, and can send to no other where that is gone.
 */
interface OpenTopic {
  readonly connect: () => Promise<Producer>;
  /** Makes the topic; at one time it is made once. */
  readonly ensure: () => Promise<unknown>;
  readonly admitPartitions: ReturnType<typeof createPartitionAdmission>;
  readonly close: () => Promise<void>;
}

function openTopic(kafka: Kafka, settings: TopicSettings, options: ProducerOptions): OpenTopic {
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    idempotent: false,
    // Never asked, since every message names its partition; named to keep kafkajs from warning of its default.
    createPartitioner: Partitioners.DefaultPartitioner,
    metadataMaxAge: metadataMaxAgeMs,
    retry: { retries: options.retries, maxRetryTime: options.maxRetryTimeMs },
  });
  let connected: Promise<Producer> | null = null;
  let ensuring: Promise<unknown> | null = null;
  return {
    connect() {
      connected ??= producer
        .connect()
        .then(() => producer)
        .catch((error: unknown) => {
          connected = null;
          throw error;
        });
      return connected;
    },
    ensure() {
      ensuring ??= ensureTopic(kafka, settings).finally(() => {
        ensuring = null;
      });
      return ensuring;
    },
    admitPartitions: createPartitionAdmission(metadataMaxAgeMs),
    async close() {
      // kafkajs would go on to connect, and keep it.
      await connected?.catch(() => undefined);
      await producer.disconnect();
    },
  };
}

/** kafkajs knows of new partitions this late, and cannot send to one that it does not know. */
const metadataMaxAgeMs = 10_000;

/** Lets partitions that were added be used only once kafkajs must have heard of them. */
export function createPartitionAdmission(delayMs: number): (partitions: number, nowMs: number) => number {
  let admitted = 0;
  let grownAtMs: number | null = null;
  return (partitions, nowMs) => {
    if (admitted === 0 || partitions <= admitted) {
      admitted = partitions;
      grownAtMs = null;
    } else {
      grownAtMs ??= nowMs;
      if (nowMs - grownAtMs > delayMs) admitted = partitions;
    }
    return admitted;
  };
}
