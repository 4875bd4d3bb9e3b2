// kafkajs is CommonJS, and Node finds only some of its names as named exports.
import kafkajs, { type Kafka } from "kafkajs";
import type { Finding } from "../service/unsafe-settings.ts";
import { isDenied } from "./errors.ts";
import { type MemberNote, readMemberNote } from "./member-note.ts";
import { openCluster, type PartitionMetadata } from "./open-cluster.ts";
import {
  findTopicFaults,
  judgedSettings,
  type TopicFacts,
  type TopicNeeds,
  unreadableTopic,
} from "./topic-settings.ts";

/** Looks at the cluster without taking part; connects at the first look. */
export interface KafkaInspector {
  countBrokers(): Promise<number>;
  /** A consumer group's state (`Stable` while all is well) and how many consumers it has. */
  describeGroup(groupId: string): Promise<{ readonly state: string; readonly members: number }>;
  /** The group and each consumer in it, with what it is to read. */
  describeMembers(groupId: string): Promise<GroupDescription>;
  /** Topic -> partition -> the offset that the group has committed to Kafka; none of a partition where it has not. */
  readCommitted(groupId: string): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>>;
  describeBrokers(): Promise<BrokersDescription>;
  /**
   * Topic -> its partitions in their order; those that there are of these topics. It takes as many requests for a thousand topics as for one.
   */
  describeTopics(topics: readonly string[]): Promise<ReadonlyMap<string, readonly PartitionDescription[]>>;
  /** Partition -> the offset that its next message will get. */
  readEndOffsets(topic: string): Promise<ReadonlyMap<number, number>>;
  /**
   * Topic -> partition -> where its log begins (what was before it, Kafka has removed) and ends (exclusive); of those topics and partitions
   * that there are and that have a leader. It takes as many requests for a thousand topics as for one.
   */
  readLogBounds(topics: readonly string[]): Promise<ReadonlyMap<string, ReadonlyMap<number, LogBounds>>>;
  /** What of the topic's settings would lose records; null where there is no such topic. */
  findTopicFaults(topic: string, needs: TopicNeeds): Promise<readonly Finding[] | null>;
  /** The same of topics that there are, by one request: topic -> what of its settings would lose records. */
  findFaultsOfTopics(
    topics: ReadonlyMap<string, readonly PartitionDescription[]>,
    needs: TopicNeeds,
  ): Promise<ReadonlyMap<string, readonly Finding[]>>;
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
    /** What it is to read, by topic; nothing while the group is sorting itself out. */
    readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
    /** What it says of itself; null where it is none of ours. */
    readonly note: MemberNote | null;
  }[];
}

export interface BrokersDescription {
  readonly clusterId: string;
  readonly controllerId: number | null;
  readonly brokers: readonly { readonly id: number; readonly address: string }[];
}

/** Nobody knows the log's bounds while there is no leader; then they are 0. */
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
  const cluster = openCluster(kafka);
  let clusterConnected: Promise<void> | null = null;
  const connectCluster = (): Promise<void> => {
    clusterConnected ??= cluster.connect().catch((error: unknown) => {
      clusterConnected = null;
      throw error;
    });
    return clusterConnected;
  };
  /** Topic -> partition -> where its log begins, or ends; nothing of a partition without a leader, whom to ask. */
  async function readOffsets(
    topics: readonly (readonly [topic: string, partitions: readonly PartitionMetadata[]])[],
    fromBeginning: boolean,
  ): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> {
    const offsets = await cluster.fetchTopicsOffset(
      topics.map(([topic, partitions]) => ({
        topic,
        partitions: partitions
          .filter(({ leader }) => leader >= 0)
          .map(({ partitionId }) => ({ partition: partitionId })),
        fromBeginning,
      })),
    );
    return new Map(
      offsets.map(({ topic, partitions }) => [
        topic,
        new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)])),
      ]),
    );
  }
  /** Those that there are of these topics, with what there is of their partitions. */
  async function findTopics(
    topics: readonly string[],
  ): Promise<(readonly [topic: string, partitions: readonly PartitionMetadata[]])[]> {
    await connectCluster();
    // Those of all topics, since kafkajs takes one that is missing among those asked for as a failure of all.
    await cluster.refreshMetadata();
    return topics
      .map((topic) => [topic, cluster.findTopicPartitionMetadata(topic)] as const)
      .filter(([, partitions]) => partitions.length > 0);
  }
  const readLogBounds: KafkaInspector["readLogBounds"] = async (topics) => {
    const found = await findTopics(topics);
    const [firsts, ends] = [await readOffsets(found, true), await readOffsets(found, false)];
    return new Map(
      Array.from(ends, ([topic, endOf]) => {
        const bounds = Array.from(endOf, ([partition, end]) => {
          return [partition, { first: firsts.get(topic)?.get(partition) ?? 0, end }] as const;
        });
        return [topic, new Map(bounds)];
      }),
    );
  };
  async function judgeTopics(
    topics: readonly Pick<TopicFacts, "topic" | "replicas">[],
    needs: TopicNeeds,
  ): Promise<ReadonlyMap<string, readonly Finding[]>> {
    if (topics.length === 0) return new Map();
    try {
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: topics.map(({ topic }) => ({
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: topic,
          configNames: [...judgedSettings],
        })),
      });
      const settings = new Map(
        resources.map(({ resourceName, configEntries }) => [
          resourceName,
          new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
        ]),
      );
      return new Map(
        topics.map(({ topic, replicas }) => [
          topic,
          findTopicFaults({ topic, settings: settings.get(topic) ?? new Map(), replicas }, needs),
        ]),
      );
    } catch (error) {
      if (!isDenied(error)) throw error;
      return new Map(topics.map(({ topic }) => [topic, [unreadableTopic(topic)]]));
    }
  }
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
    describeMembers: (groupId) =>
      using(async () => {
        const { groups } = await admin.describeGroups([groupId]);
        const members = (groups[0]?.members ?? []).map((member) => ({
          clientId: member.clientId,
          address: member.clientHost.replace(/^\//, ""),
          topics: readAssignment(member.memberAssignment),
          note: readMemberNote(member.memberMetadata),
        }));
        return { state: groups[0]?.state ?? "Unknown", members };
      }),
    readCommitted: (groupId) =>
      using(async () => {
        const committed = await admin.fetchOffsets({ groupId });
        return new Map(
          committed.map(({ topic, partitions }) => {
            const offsets = partitions.map(({ partition, offset }) => [partition, Number(offset)] as const);
            return [topic, new Map(offsets.filter(([, offset]) => offset >= 0))];
          }),
        );
      }),
    describeBrokers: () =>
      using(async () => {
        const { brokers, controller, clusterId } = await admin.describeCluster();
        const known = brokers.map(({ nodeId, host, port }) => ({ id: nodeId, address: `${host}:${port}` }));
        return { clusterId, controllerId: controller, brokers: known.sort((a, b) => a.id - b.id) };
      }),
    describeTopics: (topics) =>
      using(async () => {
        const found = await findTopics(topics);
        const [firsts, ends] = [await readOffsets(found, true), await readOffsets(found, false)];
        return new Map(
          found.map(([topic, partitions]) => {
            const described = partitions.map(({ partitionId: partition, leader, replicas, isr }) => ({
              partition,
              leader: leader < 0 ? null : leader,
              replicas,
              inSync: isr,
              first: firsts.get(topic)?.get(partition) ?? 0,
              end: ends.get(topic)?.get(partition) ?? 0,
            }));
            return [topic, described.sort((a, b) => a.partition - b.partition)];
          }),
        );
      }),
    readEndOffsets: (topic) =>
      using(async () => {
        const bounds = (await readLogBounds([topic])).get(topic) ?? [];
        return new Map(Array.from(bounds, ([partition, { end }]) => [partition, end]));
      }),
    readLogBounds: (topics) => using(() => readLogBounds(topics)),
    findTopicFaults: (topic, needs) =>
      using(async () => {
        // Of a topic that is not there kafkajs would ask for the metadata again and again.
        if (!(await admin.listTopics()).includes(topic)) return null;
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
        const partitions = topics.flatMap((found) => found.partitions);
        const replicas = Math.min(...partitions.map((partition) => partition.replicas.length));
        return (await judgeTopics([{ topic, replicas }], needs)).get(topic) ?? [];
      }),
    findFaultsOfTopics: (topics, needs) =>
      using(() =>
        judgeTopics(
          Array.from(topics, ([topic, partitions]) => ({
            topic,
            replicas: Math.min(...partitions.map((partition) => partition.replicas.length)),
          })),
          needs,
        ),
      ),
    async close() {
      closed = true;
      const disconnect = () => Promise.all([admin.disconnect(), cluster.disconnect()]);
      await disconnect();
      // kafkajs opens what a request that is under way needs even then, and leaves it open.
      while (underWay.size > 0) {
        await Promise.allSettled(underWay);
        await disconnect();
      }
    },
  };
}

/** What a member is to read; nothing while the group is sorting itself out. */
function readAssignment(assignment: Buffer): GroupDescription["members"][number]["topics"] {
  if (assignment.length === 0) return [];
  const decoded = kafkajs.AssignerProtocol.MemberAssignment.decode(assignment);
  return Object.entries(decoded?.assignment ?? {})
    .map(([topic, partitions]) => ({ topic, partitions: [...partitions].sort((a, b) => a - b) }))
    .filter(({ partitions }) => partitions.length > 0)
    .sort((a, b) => (a.topic < b.topic ? -1 : 1));
}
