import { setTimeout as pause } from "node:timers/promises";
import kafkajs, { type Kafka } from "kafkajs";
import { createKafka } from "../../kafka/client.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { silentLog } from "../setup/log.ts";
import { topic, withAdmin } from "./kafka-faults.ts";
import type { TestStack } from "./test-stack.ts";

/** A broker's process under the name that its supervisor has for it, with its address. */
export interface Node {
  readonly id: number;
  readonly name: string;
  readonly address: string;
}

export function nodes({ urls }: TestStack): readonly Node[] {
  return urls.KAFKA_BROKERS.split(",").map((address, i) => ({
    id: i + 1,
    name: i === 0 ? "kafka" : `kafka-${i + 1}`,
    address,
  }));
}

/** The node with this id, which the cluster knows it by. */
export function nodeOf(stack: TestStack, id: number): Node {
  const node = nodes(stack).find((each) => each.id === id);
  if (node === undefined) throw new Error(`there is no broker ${id}`);
  return node;
}

/** kill -9 of a broker, and the wait until it is there again and every replica in sync. */
export async function killNode(stack: TestStack, kafka: Kafka, node: Node): Promise<void> {
  killIfRunning(stack, node);
  await untilWhole(kafka, [node]);
}

/** Kills brokers, and again whenever they are started, until `work` is done. @returns when all is whole again */
export async function whileDown(
  stack: TestStack,
  kafka: Kafka,
  down: readonly Node[],
  work: () => Promise<unknown>,
): Promise<void> {
  let over = false;
  const keepDown = async (): Promise<void> => {
    while (!over) {
      for (const node of down) killIfRunning(stack, node);
      await pause(50);
    }
  };
  const keeping = keepDown();
  try {
    await work();
  } finally {
    over = true;
    await keeping;
  }
  await untilWhole(kafka, down);
}

function killIfRunning(stack: TestStack, { name }: Node): void {
  try {
    stack.signal(name, "SIGKILL");
  } catch {
    // It does not run at this moment.
  }
}

/** Waits until the brokers answer, and every replica of the records' and the offsets' topics is in sync. */
export async function untilWhole(kafka: Kafka, restarted: readonly Node[]): Promise<void> {
  // A broker that answers has registered anew, by which it left the set of those in sync.
  for (const { address } of restarted) {
    const alone = createKafka({ brokers: [address], clientId: "test", log: silentLog });
    await waitUntil(`${address} to answer`, () => withAdmin(alone, (admin) => admin.describeCluster()), {
      timeoutMs: 90_000,
      everyMs: 200,
    });
  }
  await withAdmin(kafka, (admin) =>
    waitUntil(
      "every replica to be in sync",
      async () => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic, "__consumer_offsets"] });
        for (const { name, partitions } of topics) {
          for (const { partitionId, leader, replicas, isr } of partitions) {
            if (leader < 0 || isr.length < replicas.length) {
              throw new Error(`${name}-${partitionId} has ${isr.length} of ${replicas.length} in sync`);
            }
          }
        }
      },
      { timeoutMs: 90_000, everyMs: 200 },
    ),
  );
}

/** Waits until Kafka has given the broker up. */
export function untilOutOfSync(kafka: Kafka, { id, name }: Node): Promise<unknown> {
  return withAdmin(kafka, (admin) =>
    waitUntil(
      `${name} to be out of sync`,
      async () => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
        if (topics.some(({ partitions }) => partitions.some(({ isr }) => isr.includes(id)))) {
          throw new Error("not yet");
        }
      },
      { timeoutMs: 60_000, everyMs: 200 },
    ),
  );
}

/** The broker that leads a partition of the records' topic now. */
export async function leaderOf(stack: TestStack, kafka: Kafka, partition: number): Promise<Node> {
  const leader = await withAdmin(kafka, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)?.leader;
  });
  return nodeOf(stack, leader ?? -1);
}

/** Sets how many replicas must have a message of the records' topic before it is acknowledged. */
export function setMinInsync(kafka: Kafka, replicas: number): Promise<unknown> {
  return withAdmin(kafka, (admin) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: topic,
          // All that is set for the topic, since this replaces it.
          configEntries: [{ name: "min.insync.replicas", value: String(replicas) }],
        },
      ],
    }),
  );
}
