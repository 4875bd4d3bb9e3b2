import { setTimeout as pause } from "node:timers/promises";
import type { Admin, Kafka } from "kafkajs";
import { isNotYetKnown } from "./errors.ts";

export interface TopicSettings {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** `min.insync.replicas` of a topic that is made here; the broker's own default where it is not given. */
  readonly minInsyncReplicas?: number;
}

/**
 * Creates the topic where it is missing; one that exists stays as its administrator has set it.
 * @returns the number of partitions that the topic really has
 */
export async function ensureTopic(kafka: Kafka, settings: TopicSettings): Promise<number> {
  const admin = kafka.admin({ retry: { retries: 2 } });
  await admin.connect();
  try {
    const existing = await admin.listTopics();
    if (!existing.includes(settings.topic)) await createTopic(admin, settings);
    return await countPartitions(admin, settings.topic);
  } finally {
    await admin.disconnect();
  }
}

/** How long a topic that has just been made may be unknown to the broker that is asked. */
const spreadMs = 10_000;

async function countPartitions(admin: Admin, topic: string): Promise<number> {
  for (const deadlineMs = Date.now() + spreadMs; ; ) {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const found = topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
      if (found > 0) return found;
      throw new Error(`Kafka has no partition of the topic ${topic}`);
    } catch (error) {
      if (!isNotYetKnown(error) || Date.now() > deadlineMs) throw error;
      await pause(100);
    }
  }
}

/** Said outright, since a broker's defaults may be others. */
const keepingAll = [
  { name: "cleanup.policy", value: "delete" },
  { name: "unclean.leader.election.enable", value: "false" },
];

/** Another process may create it at the same moment; that is as good. */
async function createTopic(admin: Admin, settings: TopicSettings): Promise<void> {
  const creating = admin.createTopics({
    waitForLeaders: true,
    topics: [
      {
        topic: settings.topic,
        numPartitions: settings.partitions,
        replicationFactor: settings.replicationFactor,
        configEntries: [...keepingAll, ...minInsync(settings)],
      },
    ],
  });
  // kafkajs stops waiting for leaders where the broker does not know of the topic yet; then `countPartitions` goes on.
  await creating.catch((error: unknown) => {
    if (!isNotYetKnown(error)) throw error;
  });
}

const minInsync = ({ minInsyncReplicas }: TopicSettings): { name: string; value: string }[] =>
  minInsyncReplicas === undefined ? [] : [{ name: "min.insync.replicas", value: String(minInsyncReplicas) }];
