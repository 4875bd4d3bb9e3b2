import type { Kafka, KafkaMessage } from "kafkajs";
import { testKafka } from "../setup/kafka.ts";
import { unique } from "../setup/unique.ts";

export interface ReadMessage {
  readonly partition: number;
  readonly message: KafkaMessage;
}

/** Everything that a topic holds and will hold until `close`. */
export async function readTopic(
  topic: string,
  kafka: Kafka = testKafka(),
): Promise<{ readonly messages: readonly ReadMessage[]; close(): Promise<void> }> {
  // A fetch waits five seconds by default for the partitions that have nothing.
  const consumer = kafka.consumer({
    groupId: unique("reader"),
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 100,
  });
  const messages: ReadMessage[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message }) => void messages.push({ partition, message }),
  });
  return { messages, close: () => consumer.disconnect() };
}
