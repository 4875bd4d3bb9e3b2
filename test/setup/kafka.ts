import { expect } from "chai";
import type { Admin, Kafka } from "kafkajs";
import { createKafka } from "../../kafka/client.ts";
import { eventually } from "./eventually.ts";
import { silentLog } from "./log.ts";
import { servers } from "./servers.ts";

export function testKafka(): Kafka {
  return createKafka({ brokers: servers.kafkaBrokers, clientId: "test", log: silentLog });
}

/** An administrator's connection for the calling suite. */
export function kafkaAdmin(): () => Admin {
  const admin = testKafka().admin();
  before(() => admin.connect());
  after(() => admin.disconnect());
  return () => admin;
}

/**
 * Makes a topic as an administrator does, and waits until it has leaders. kafkajs' own wait for them fails where the broker
 * does not know of the topic yet.
 */
export async function createTopic(
  admin: Admin,
  topic: string,
  partitions = 1,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  await admin.createTopics({
    waitForLeaders: false,
    topics: [{ topic, numPartitions: partitions, replicationFactor: 1, configEntries }],
  });
  await eventually(async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    expect(topics[0]?.partitions).not.to.be.empty;
  });
}
