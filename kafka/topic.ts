import type { Admin, Kafka } from "kafkajs";

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
    const existing = await admin.listTopics();
    if (!existing.includes(settings.topic)) await createTopic(admin, settings);
    const { topics } = await admin.fetchTopicMetadata({ topics: [settings.topic] });
    const found = topics.find(({ name }) => name === settings.topic)?.partitions.length ?? 0;
    if (found === 0) throw new Error(`Kafka has no partition of the topic ${settings.topic}`);
    return found;
  } finally {
    await admin.disconnect();
  }
}

/** Another process may create it at the same moment; that is as good. */
async function createTopic(admin: Admin, settings: TopicSettings): Promise<void> {
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
}
