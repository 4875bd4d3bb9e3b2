import type { Redis } from "ioredis";
import type { KafkaInspector } from "../../kafka/inspect.ts";
import type { Queryable } from "../../ledger/database/database.ts";
import { listAppliedMigrations } from "../../ledger/database/migrations.ts";
import type { Queues } from "../../queues/queues.ts";
import { findRedisFaults } from "../../queues/redis-settings.ts";
import { type Finding, judge, type UnsafeSettingsPolicy } from "../../service/unsafe-settings.ts";
import type { Check } from "./readiness.ts";

export interface Checked {
  readonly db: Queryable;
  /** Names of the migrations that this version needs. */
  readonly migrations: readonly string[];
  readonly redis: Redis;
  readonly queues: Queues;
  readonly kafka: KafkaInspector;
  readonly consumerGroup: string;
  readonly topic: string;
  readonly pendingRecords: number;
  readonly unsafeSettings: UnsafeSettingsPolicy;
}

/** What must be up for a run to be carried out. */
export function readinessChecks(parts: Checked): Record<string, Check> {
  return {
    postgres: () => checkPostgres(parts),
    redis: () => checkRedis(parts),
    kafka: () => checkKafka(parts),
    workers: () => checkWorkers(parts),
    consumers: () => checkConsumers(parts),
  };
}

async function checkPostgres({ db, migrations }: Checked): Promise<string> {
  const applied = new Set(await listAppliedMigrations(db));
  const missing = migrations.filter((name) => !applied.has(name));
  if (missing.length > 0) throw new Error(`migrations are still to be done: ${missing.join(", ")}`);
  return count(applied.size, "migration");
}

async function checkRedis({ redis, unsafeSettings }: Checked): Promise<string> {
  if (redis.status !== "ready") throw new Error(`not connected (${redis.status})`);
  const answer = await redis.ping();
  return describeSettings(answer, await findRedisFaults(redis), unsafeSettings);
}

async function checkKafka({ kafka, topic, pendingRecords, unsafeSettings }: Checked): Promise<string> {
  const brokers = count(await kafka.countBrokers(), "broker");
  const findings = await kafka.findTopicFaults(topic, { pendingRecords });
  return describeSettings(brokers, findings ?? [], unsafeSettings);
}

/** @throws UnsafeSettingsError where workers and consumers do not work with these settings either */
function describeSettings(found: string, findings: readonly Finding[], policy: UnsafeSettingsPolicy): string {
  const { error, warnings } = judge(findings, policy);
  if (error !== null) throw error;
  return [found, ...warnings].join(". ");
}

async function checkWorkers({ redis, queues }: Checked): Promise<string> {
  // BullMQ would wait for the connection, however long that takes.
  if (redis.status !== "ready") throw new Error("Redis is not connected");
  const listening = await Promise.all(
    queues.all.map(async (queue) => ({
      name: queue.name,
      workers: await queue.getWorkersCount(),
      paused: await queue.isPaused(),
    })),
  );
  if (listening.some(({ workers }) => workers === 0)) {
    const counts = listening.map(({ name, workers }) => `${name} has ${count(workers, "worker")}`);
    throw new Error(`the queue ${counts.join(", ")}`);
  }
  // Not down: somebody wanted it so, and no restart and no other instance would change it.
  return listening
    .map(({ name, workers, paused }) => `${workers} for ${name}${paused ? " (paused in Bull Board)" : ""}`)
    .join(", ");
}

async function checkConsumers({ kafka, consumerGroup }: Checked): Promise<string> {
  const { state, members } = await kafka.describeGroup(consumerGroup);
  if (state !== "Stable" || members === 0) {
    throw new Error(`the group ${consumerGroup} is ${state} with ${count(members, "consumer")}`);
  }
  return count(members, "consumer");
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
