import type { Admin, Kafka } from "kafkajs";
import { createKafka } from "../../kafka/client.ts";
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
