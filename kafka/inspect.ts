// kafkajs is CommonJS, and Node finds only some of its names as named exports.
import kafkajs, { type Kafka } from "kafkajs";
import type { Finding } from "../service/unsafe-settings.ts";
import { isDenied } from "./errors.ts";
import { findTopicFaults, judgedSettings, type TopicNeeds, unreadableTopic } from "./topic-settings.ts";

/** Looks at the cluster without taking part; connects at the first look. */
export interface KafkaInspector {
  countBrokers(): Promise<number>;
  /** A consumer group's state (`Stable` while all is well) and how many consumers it has. */
  describeGroup(groupId: string): Promise<{ readonly state: string; readonly members: number }>;
  /** Partition -> the offset that its next message will get. */
  readEndOffsets(topic: string): Promise<ReadonlyMap<number, number>>;
  /** Partition -> where its log begins (what was before it, Kafka has removed) and ends (exclusive). */
  readLogBounds(topic: string): Promise<ReadonlyMap<number, LogBounds>>;
  /** What of the topic's settings would lose records; null where there is no such topic. */
  findTopicFaults(topic: string, needs: TopicNeeds): Promise<readonly Finding[] | null>;
  close(): Promise<void>;
}

export interface LogBounds {
  readonly first: number;
  readonly end: number;
}

/** Fails without retrying: whoever looks will look again. */
export function createKafkaInspector(kafka: Kafka): KafkaInspector {
  const admin = kafka.admin({ retry: { retries: 0 } });
  let connected: Promise<void> | null = null;
  const connect = (): Promise<void> => {
    connected ??= admin.connect().catch((error: unknown) => {
      connected = null;
      throw error;
    });
    return connected;
  };
  const readLogBounds: KafkaInspector["readLogBounds"] = async (topic) => {
    await connect();
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(
      offsets.map(({ partition, low, high }) => [partition, { first: Number(low), end: Number(high) }]),
    );
  };
  return {
    async countBrokers() {
      await connect();
      return (await admin.describeCluster()).brokers.length;
    },
    async describeGroup(groupId) {
      await connect();
      const { groups } = await admin.describeGroups([groupId]);
      return { state: groups[0]?.state ?? "Unknown", members: groups[0]?.members.length ?? 0 };
    },
    async readEndOffsets(topic) {
      const bounds = await readLogBounds(topic);
      return new Map(Array.from(bounds, ([partition, { end }]) => [partition, end]));
    },
    readLogBounds,
    async findTopicFaults(topic, needs) {
      await connect();
      // Of a topic that is not there kafkajs would ask for the metadata again and again.
      if (!(await admin.listTopics()).includes(topic)) return null;
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const partitions = topics.flatMap((found) => found.partitions);
      try {
        const { resources } = await admin.describeConfigs({
          includeSynonyms: false,
          resources: [
            { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: [...judgedSettings] },
          ],
        });
        const entries = resources.flatMap(({ configEntries }) => configEntries);
        const settings = new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
        const replicas = Math.min(...partitions.map((partition) => partition.replicas.length));
        return findTopicFaults({ topic, settings, replicas }, needs);
      } catch (error) {
        if (isDenied(error)) return [unreadableTopic(topic)];
        throw error;
      }
    },
    close: () => admin.disconnect(),
  };
}
