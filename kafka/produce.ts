import { type Kafka, type Message, Partitioners } from "kafkajs";
import { isUnknownTopic } from "./errors.ts";
import { ensureTopic, type TopicSettings } from "./topic.ts";

/**
 * Messages of one call: kafkajs groups a call's messages by partition in quadratic time, and larger calls run
 * into the broker's limit of 1 MB a batch.
 */
export const messagesPerSend = 500;

export interface MessageProducer {
  /** How many partitions the topic has; asks Kafka (and creates the topic) the first time and after a failure. */
  countPartitions(): Promise<number>;
  /**
   * Sends messages to the one partition that they name.
   * @returns the offset behind the last of them
   * @throws where the broker did not acknowledge all; any number of them may have arrived
   */
  send(partition: number, messages: Message[]): Promise<number>;
  close(): Promise<void>;
}

export interface ProducerOptions {
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
  topic: TopicSettings,
  options: ProducerOptions,
): MessageProducer {
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    idempotent: false,
    // Never asked, since every message names its partition; named to keep kafkajs from warning of its default.
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { retries: options.retries, maxRetryTime: options.maxRetryTimeMs },
  });
  let connected: Promise<void> | null = null;
  let partitions: Promise<number> | null = null;

  const connect = (): Promise<void> => {
    connected ??= producer.connect().catch((error: unknown) => {
      connected = null;
      throw error;
    });
    return connected;
  };

  return {
    countPartitions() {
      partitions ??= ensureTopic(kafka, topic).catch((error: unknown) => {
        partitions = null;
        throw error;
      });
      return partitions;
    },
    async send(partition, messages) {
      await connect();
      try {
        const acknowledged = await producer.send({ topic: topic.topic, acks: -1, messages });
        const [metadata] = acknowledged;
        // A send can resolve without having sent (tulios/kafkajs#1303): the broker's word counts, not the promise.
        if (
          acknowledged.length !== 1 ||
          metadata?.partition !== partition ||
          metadata.baseOffset === undefined
        ) {
          throw new Error(`Kafka acknowledged no messages for partition ${partition} of ${topic.topic}`);
        }
        return Number(metadata.baseOffset) + messages.length;
      } catch (error) {
        if (isUnknownTopic(error)) partitions = null;
        throw error;
      }
    },
    close: () => producer.disconnect(),
  };
}
