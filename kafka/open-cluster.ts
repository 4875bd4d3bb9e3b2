import type { Kafka } from "kafkajs";

/** The parts of kafkajs's own client of a cluster that are needed; it offers them to its consumer and its admin alone. */
export interface Cluster<Broker = unknown> {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  /** Asks for the target topics' metadata; for that of all topics where there is none. */
  refreshMetadata(): Promise<void>;
  /** As of the last refresh; none of a topic that there is not. */
  findTopicPartitionMetadata(topic: string): readonly PartitionMetadata[];
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Readonly<Record<string, unknown>>;
  findBroker(node: { readonly nodeId: string }): Promise<Broker>;
  /** One request a leader, for all topics; each partition must have one. */
  fetchTopicsOffset(
    topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number }[];
      readonly fromBeginning: boolean;
    }[],
  ): Promise<
    readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
    }[]
  >;
}

export interface PartitionMetadata {
  readonly partitionId: number;
  /** Below 0 while there is none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

type CreateCluster<Broker> = (options: {
  readonly metadataMaxAge: number;
  readonly allowAutoTopicCreation: boolean;
  readonly maxInFlightRequests: number;
}) => Cluster<Broker>;

const createClusterName = "private:Kafka:createCluster";

/** A client that connects when it is told to. */
export function openCluster<Broker>(kafka: Kafka): Cluster<Broker> {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === createClusterName,
  );
  const create: unknown = symbol === undefined ? undefined : Reflect.get(kafka, symbol);
  if (typeof create !== "function")
    throw new TypeError("kafkajs opens its clusters in another way than was expected");
  return (create as CreateCluster<Broker>)({
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
  });
}
