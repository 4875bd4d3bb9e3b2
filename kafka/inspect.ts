import type { Kafka } from "kafkajs";

/** Looks at the cluster without taking part; connects at the first look. */
export interface KafkaInspector {
  countBrokers(): Promise<number>;
  /** A consumer group's state (`Stable` while all is well) and how many consumers it has. */
  describeGroup(groupId: string): Promise<{ readonly state: string; readonly members: number }>;
  /** Partition -> the offset that its next message will get. */
  readEndOffsets(topic: string): Promise<ReadonlyMap<number, number>>;
  /** Partition -> where its log begins (what was before it, Kafka has removed) and ends (exclusive). */
  readLogBounds(topic: string): Promise<ReadonlyMap<number, LogBounds>>;
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
    close: () => admin.disconnect(),
  };
}
