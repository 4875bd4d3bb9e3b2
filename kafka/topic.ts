import { type Kafka, KafkaJSProtocolError } from "kafkajs";

export interface TopicSettings {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
}

/**
 * Creates the topic where it is missing; one that exists is left as it is. The broker stores every message
 * uncompressed (`compression.type`), whatever codec its producer used: kafkajs has no codec but gzip and its
 * consumer dies of the first message in another one.
 * @returns the number of partitions that the topic really has
 */
export async function ensureTopic(kafka: Kafka, settings: TopicSettings): Promise<number> {
  const admin = kafka.admin({ retry: { retries: 2 } });
  await admin.connect();
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        {
          topic: settings.topic,
          numPartitions: settings.partitions,
          replicationFactor: settings.replicationFactor,
          configEntries: [{ name: "compression.type", value: "uncompressed" }],
        },
      ],
    });
    const { topics } = await admin.fetchTopicMetadata({ topics: [settings.topic] });
    const found = topics.find(({ name }) => name === settings.topic)?.partitions.length ?? 0;
    if (found === 0) throw new Error(`Kafka has no partition of the topic ${settings.topic}`);
    return found;
  } finally {
    await admin.disconnect();
  }
}

/** Whether Kafka answered that a topic or partition does not exist. */
export function isUnknownTopic(error: unknown): boolean {
  return error instanceof KafkaJSProtocolError && error.type === "UNKNOWN_TOPIC_OR_PARTITION";
}
