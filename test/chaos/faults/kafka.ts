import { setTimeout as pause } from "node:timers/promises";
import type { Admin } from "kafkajs";
import { waitUntil } from "../../../stack/wait-until.ts";
import type { TestStack } from "../../pipeline/test-stack.ts";
import type { Fault, Target } from "../fault.ts";

async function withAdmin<T>({ kafka }: Target, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin({ retry: { retries: 20, maxRetryTime: 1_000 } });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

const untilKafkaAnswers = (target: Target): Promise<unknown> =>
  waitUntil("Kafka to answer", () => withAdmin(target, (admin) => admin.describeCluster()), {
    timeoutMs: 60_000,
  });

/** Offsets of a group can be set only while it has no member: its consumers are stopped for that long. */
async function withoutConsumers(target: Target, work: (admin: Admin) => Promise<void>): Promise<void> {
  const { stack, group } = target;
  const consumers = ["consumer", "consumer-2"];
  for (const name of consumers) stack.signal(name, "SIGSTOP");
  try {
    await withAdmin(target, async (admin) => {
      await waitUntil(
        "the group to be empty",
        async () => {
          const { groups } = await admin.describeGroups([group]);
          if (groups.some(({ members }) => members.length > 0)) throw new Error("it has members");
        },
        { timeoutMs: 60_000, everyMs: 500 },
      );
      await work(admin);
    });
  } finally {
    for (const name of consumers) signalIfRunning(stack, name);
  }
}

function signalIfRunning(stack: TestStack, name: string): void {
  if (stack.pid(name) !== undefined) stack.signal(name, "SIGCONT");
}

export const kafkaFaults: readonly Fault[] = [
  {
    name: "kafka-killed",
    sentence: "kill -9 of Kafka",
    inject: async (target) => {
      target.stack.signal("kafka", "SIGKILL");
      await untilKafkaAnswers(target);
    },
  },
  {
    name: "kafka-frozen",
    sentence: "Kafka stopped for 45 seconds",
    inject: async (target) => {
      target.stack.signal("kafka", "SIGSTOP");
      await pause(45_000);
      target.stack.signal("kafka", "SIGCONT");
      await untilKafkaAnswers(target);
    },
  },
  {
    name: "kafka-offsets-reset",
    sentence: "the group's committed offsets reset to the beginning",
    inject: (target) =>
      withoutConsumers(target, (admin) =>
        admin.resetOffsets({ groupId: target.group, topic: target.topic, earliest: true }),
      ),
  },
  {
    name: "kafka-offsets-ahead",
    sentence: "the group's committed offsets moved to the end, past what was read",
    inject: (target) =>
      withoutConsumers(target, (admin) =>
        admin.resetOffsets({ groupId: target.group, topic: target.topic, earliest: false }),
      ),
  },
  {
    name: "kafka-partition-added",
    sentence: "a partition added in mid-run",
    inject: (target) =>
      withAdmin(target, async (admin) => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [target.topic] });
        const count = (topics[0]?.partitions.length ?? 0) + 1;
        await admin.createPartitions({ topicPartitions: [{ topic: target.topic, count }] });
      }),
  },
  {
    name: "kafka-retention",
    sentence: "every message deleted, read or not, as retention does it",
    losesMessages: true,
    inject: (target) =>
      withAdmin(target, async (admin) => {
        const ends = await admin.fetchTopicOffsets(target.topic);
        await admin.deleteTopicRecords({
          topic: target.topic,
          partitions: ends.map(({ partition, offset }) => ({ partition, offset })),
        });
      }),
  },
];
