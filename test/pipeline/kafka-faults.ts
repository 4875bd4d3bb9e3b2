import { expect } from "chai";
import type { Admin, Kafka } from "kafkajs";
import { waitUntil } from "../../stack/wait-until.ts";
import type { TestStack } from "./test-stack.ts";

/** The defaults, under which a test's stack runs. */
export const topic = "synthetic_users";
export const consumerGroup = "synthetic-consumer";

export async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/**
 * Stops the only consumer until Kafka has given it up, changes the group's offsets, and has the consumer started anew.
 * @param prepare done while the consumer is stopped, before the change
 */
export async function withEmptyGroup(
  stack: TestStack,
  kafka: Kafka,
  change: (admin: Admin) => Promise<unknown>,
  prepare: () => Promise<void> = async () => undefined,
): Promise<void> {
  stack.signal("consumer", "SIGSTOP");
  try {
    await prepare();
    await withAdmin(kafka, (admin) =>
      waitUntil("the offsets to be changed", () => change(admin), { timeoutMs: 60_000, everyMs: 500 }),
    );
  } finally {
    stack.signal("consumer", "SIGKILL");
  }
}

/** Waits until the ledger's progress is at every partition's end. */
export function untilAllIsRead(stack: TestStack, kafka: Kafka): Promise<unknown> {
  return withAdmin(kafka, (admin) =>
    waitUntil(
      "all of the topic to be read",
      async () => {
        const offsets = await admin.fetchTopicOffsets(topic);
        const ends = offsets.map(({ partition, high }) => ({ partition, end: Number(high) }));
        const { rows } = await stack.pool.query(
          `SELECT kafka_partition AS partition, next_offset AS end
             FROM consumer_progress WHERE topic = $1 AND next_offset > 0 ORDER BY kafka_partition`,
          [topic],
        );
        expect(rows).to.deep.equal(
          ends.filter(({ end }) => end > 0).sort((a, b) => a.partition - b.partition),
        );
      },
      { timeoutMs: 90_000, everyMs: 200 },
    ),
  );
}
