import type { Kafka, KafkaMessage } from "kafkajs";
import { readHeaders } from "./message.ts";
import { openCluster } from "./open-cluster.ts";
import { UndecodableBatch } from "./undecodable-batch.ts";

/** A message as somebody looks at it. */
export interface SeenMessage {
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Header name -> values, in order. */
  readonly headers: ReadonlyMap<string, readonly Buffer[]>;
  /** Why the batch that begins here cannot be read, of which the value has the bytes; null for a message. */
  readonly undecodable: string | null;
}

export interface SeenMessages {
  /** Where the partition's log begins, and where it ends (exclusive). */
  readonly first: number;
  readonly end: number;
  /** In their order; fewer than asked for where transactions were aborted or messages are large. */
  readonly messages: readonly SeenMessage[];
}

interface Fetched {
  readonly responses: readonly {
    readonly partitions: readonly {
      readonly messages: readonly (KafkaMessage & { readonly isControlRecord?: boolean })[];
    }[];
  }[];
}

interface Broker {
  fetch(request: {
    readonly isolationLevel: number;
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly fetchOffset: number;
        readonly maxBytes: number;
      }[];
    }[];
  }): Promise<Fetched>;
}

const readCommitted = 1;
const maxFetchBytes = 1024 * 1024;
/** So many calls at the most: a page may show fewer messages than it could. */
const maxFetches = 4;

/**
 * Reads some messages of a partition by Fetch requests alone, over a connection that is closed afterwards: no group is
 * made or joined, nothing is committed, and no consumer is disturbed. Messages of transactions that were aborted or are
 * open are not shown.
 * @param bounds where the partition's log begins and ends now
 * @param from the offset of the first; below 0 counts from the end
 */
export async function readMessages(
  kafka: Kafka,
  { topic, partition }: { readonly topic: string; readonly partition: number },
  bounds: { readonly first: number; readonly end: number },
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<SeenMessages> {
  const start = Math.min(bounds.end, Math.max(bounds.first, from < 0 ? bounds.end + from : from));
  const messages: SeenMessage[] = [];
  if (start >= bounds.end) return { ...bounds, messages };
  const cluster = openCluster<Broker>(kafka);
  try {
    await cluster.connect();
    await cluster.addTargetTopic(topic);
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
    if (nodeId === undefined) throw new Error(`partition ${partition} of ${topic} has no leader`);
    const broker = await cluster.findBroker({ nodeId });
    let next = start;
    for (let fetches = 0; fetches < maxFetches && messages.length < limit && next < bounds.end; fetches++) {
      const fetched = await broker.fetch({
        isolationLevel: readCommitted,
        maxWaitTime: 100,
        minBytes: 1,
        maxBytes: maxFetchBytes,
        topics: [{ topic, partitions: [{ partition, fetchOffset: next, maxBytes: maxFetchBytes }] }],
      });
      const records = fetched.responses.flatMap(({ partitions }) => partitions.flatMap((of) => of.messages));
      const last = records.at(-1);
      // Nothing comes behind an open transaction.
      if (last === undefined) break;
      for (const record of records) {
        // A batch is sent as a whole, what is before the offset in it too.
        if (record.isControlRecord === true || Number(record.offset) < next) continue;
        if (messages.length < limit) messages.push(see(record));
      }
      next = Number(last.offset) + 1;
    }
    return { ...bounds, messages };
  } finally {
    await cluster.disconnect();
  }
}

function see(message: KafkaMessage): SeenMessage {
  return {
    offset: Number(message.offset),
    timestampMs: Math.min(lastInstantMs, Number(message.timestamp)),
    key: message.key,
    value: message.value,
    headers: readHeaders(message.headers),
    undecodable: message instanceof UndecodableBatch ? message.reason : null,
  };
}

/** A producer may claim any; JavaScript's dates, and RFC 3339's, end somewhere. */
const lastInstantMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
