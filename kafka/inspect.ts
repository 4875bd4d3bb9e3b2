// kafkajs is CommonJS, and Node finds only some of its names as named exports.
import kafkajs, { type Kafka } from "kafkajs";
import type { Finding } from "../service/unsafe-settings.ts";
import { isDenied } from "./errors.ts";
import { type MemberNote, readMemberNote } from "./member-note.ts";
import { findTopicFaults, judgedSettings, type TopicNeeds, unreadableTopic } from "./topic-settings.ts";

/** Looks at the cluster without taking part; connects at the first look. */
export interface KafkaInspector {
  countBrokers(): Promise<number>;
  /** A consumer group's state (`Stable` while all is well) and how many consumers it has. */
  describeGroup(groupId: string): Promise<{ readonly state: string; readonly members: number }>;
  /** The group and each consumer in it, with what it is to read of the topic. */
  describeMembers(groupId: string, topic: string): Promise<GroupDescription>;
  /** Partition -> the offset that the group has committed to Kafka; none of a partition where it has not. */
  readCommitted(groupId: string, topic: string): Promise<ReadonlyMap<number, number>>;
  describeBrokers(): Promise<BrokersDescription>;
  /** The topic's partitions in their order; null where there is no such topic. */
  describePartitions(topic: string): Promise<readonly PartitionDescription[] | null>;
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

export interface GroupDescription {
  readonly state: string;
  readonly members: readonly {
    readonly clientId: string;
    /** From where it connects. */
    readonly address: string;
    readonly partitions: readonly number[];
    /** What it says of itself; null where it is none of ours. */
    readonly note: MemberNote | null;
  }[];
}

export interface BrokersDescription {
  readonly clusterId: string;
  readonly controllerId: number | null;
  readonly brokers: readonly { readonly id: number; readonly address: string }[];
}

export interface PartitionDescription extends LogBounds {
  readonly partition: number;
  /** Broker; null while there is none. */
  readonly leader: number | null;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
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
  const underWay = new Set<Promise<unknown>>();
  let closed = false;
  async function using<T>(look: () => Promise<T>): Promise<T> {
    // kafkajs would connect anew.
    if (closed) throw new Error("the inspector of Kafka is closed");
    const looking = connect().then(look);
    underWay.add(looking);
    try {
      return await looking;
    } finally {
      underWay.delete(looking);
    }
  }
  const readLogBounds: KafkaInspector["readLogBounds"] = async (topic) => {
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(
      offsets.map(({ partition, low, high }) => [partition, { first: Number(low), end: Number(high) }]),
    );
  };
  return {
    countBrokers: () =>
      using(async () => {
        return (await admin.describeCluster()).brokers.length;
      }),
    describeGroup: (groupId) =>
      using(async () => {
        const { groups } = await admin.describeGroups([groupId]);
        return { state: groups[0]?.state ?? "Unknown", members: groups[0]?.members.length ?? 0 };
      }),
    describeMembers: (groupId, topic) =>
      using(async () => {
        const { groups } = await admin.describeGroups([groupId]);
        const members = (groups[0]?.members ?? []).map((member) => ({
          clientId: member.clientId,
          address: member.clientHost.replace(/^\//, ""),
          partitions: readAssignment(member.memberAssignment, topic),
          note: readMemberNote(member.memberMetadata),
        }));
        return { state: groups[0]?.state ?? "Unknown", members };
      }),
    readCommitted: (groupId, topic) =>
      using(async () => {
        const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
        const offsets = (committed?.partitions ?? []).map(
          ({ partition, offset }) => [partition, Number(offset)] as const,
        );
        return new Map(offsets.filter(([, offset]) => offset >= 0));
      }),
    describeBrokers: () =>
      using(async () => {
        const { brokers, controller, clusterId } = await admin.describeCluster();
        const known = brokers.map(({ nodeId, host, port }) => ({ id: nodeId, address: `${host}:${port}` }));
        return { clusterId, controllerId: controller, brokers: known.sort((a, b) => a.id - b.id) };
      }),
    describePartitions: (topic) =>
      using(async () => {
        // Of a topic that is not there kafkajs would ask for the metadata again and again.
        if (!(await admin.listTopics()).includes(topic)) return null;
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
        const bounds = await readLogBounds(topic);
        return topics
          .flatMap(({ partitions }) => partitions)
          .map(({ partitionId, leader, replicas, isr }) => ({
            partition: partitionId,
            leader: leader < 0 ? null : leader,
            replicas,
            inSync: isr,
            ...(bounds.get(partitionId) ?? { first: 0, end: 0 }),
          }))
          .sort((a, b) => a.partition - b.partition);
      }),
    readEndOffsets: (topic) =>
      using(async () => {
        const bounds = await readLogBounds(topic);
        return new Map(Array.from(bounds, ([partition, { end }]) => [partition, end]));
      }),
    readLogBounds: (topic) => using(() => readLogBounds(topic)),
    findTopicFaults: (topic, needs) =>
      using(async () => {
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
      }),
    async close() {
      closed = true;
      await admin.disconnect();
      // kafkajs opens what a request that is under way needs even then, and leaves it open.
      while (underWay.size > 0) {
        await Promise.allSettled(underWay);
        await admin.disconnect();
      }
    },
  };
}

/** The topic's partitions that a member is to read; it has none while the group is sorting itself out. */
function readAssignment(assignment: Buffer, topic: string): readonly number[] {
  if (assignment.length === 0) return [];
  const decoded = kafkajs.AssignerProtocol.MemberAssignment.decode(assignment);
  return [...(decoded?.assignment[topic] ?? [])].sort((a, b) => a - b);
}
