import type { Redis } from "ioredis";
import type { GroupDescription, KafkaInspector, PartitionDescription } from "../../kafka/inspect.ts";
import type { Queryable } from "../../ledger/database/database.ts";
import { describeDatabase, estimateRows } from "../../ledger/database/describe-database.ts";
import { listAppliedMigrations } from "../../ledger/database/migrations.ts";
import {
  countUnfinishedRuns,
  countUnresolvedUpTo,
  listPartitionProgress,
} from "../../ledger/history/pipeline-totals.ts";
import { describeQueues, describeRedis, type QueueDescription } from "../../queues/describe-redis.ts";
import type { Queues } from "../../queues/queues.ts";
import { findRedisFaults } from "../../queues/redis-settings.ts";
import type { ListedType } from "../../records/record-types.ts";
import { describeCause } from "../health/readiness.ts";
import { withDeadline } from "../http/deadline.ts";
import { type ListTopics, patienceMs } from "./list-topics.ts";
import {
  type KafkaState,
  type LedgerState,
  maxLettersCounted,
  type Part,
  type PartitionState,
  type PipelineState,
  type RedisState,
  type TopicState,
} from "./pipeline-state.ts";
import { findTroubles } from "./pipeline-troubles.ts";

export interface Looked {
  readonly db: Queryable;
  /** Names of the migrations that this version needs. */
  readonly migrations: readonly string[];
  readonly redis: Redis;
  readonly queues: Queues;
  readonly kafka: KafkaInspector;
  readonly consumerGroup: string;
  readonly listTopics: ListTopics;
  readonly pendingRecords: number;
}

/**
 * Asks every part, all at once and each within `timeoutMs`: what does not answer is shown as such, and keeps nothing
 * else from being shown. An answer counts for `cacheMs`, so that many who look cost no more than one.
 */
export function createPipelineLook(
  looked: Looked,
  { timeoutMs, cacheMs }: { readonly timeoutMs: number; readonly cacheMs: number },
): () => Promise<PipelineState> {
  let latest: { readonly askedMs: number; readonly answer: Promise<PipelineState> } | null = null;
  return () => {
    const nowMs = performance.now();
    if (latest === null || nowMs - latest.askedMs >= cacheMs) {
      latest = { askedMs: nowMs, answer: look(looked, timeoutMs) };
    }
    return latest.answer;
  };
}

async function look(looked: Looked, timeoutMs: number): Promise<PipelineState> {
  const ask = async <Found>(what: Promise<Found>): Promise<Part<Found>> => {
    try {
      return { status: "up", found: await withDeadline(what, timeoutMs, "an answer") };
    } catch (error) {
      return { status: "down", error: describeCause(error) };
    }
  };
  const [postgres, redis, queues, kafka, consumers] = await Promise.all([
    ask(lookAtLedger(looked)),
    ask(lookAtRedis(looked)),
    ask(lookAtQueues(looked)),
    ask(lookAtKafka(looked)),
    ask(lookAtConsumers(looked)),
  ]);
  const state = {
    readAt: new Date(),
    web: {
      pid: process.pid,
      startedAt: new Date(Date.now() - process.uptime() * 1000),
      node: process.version,
    },
    postgres,
    redis,
    queues,
    kafka,
    consumers,
  };
  return { ...state, troubles: findTroubles(state) };
}

async function lookAtLedger({ db, migrations, listTopics }: Looked): Promise<LedgerState> {
  const applied = new Set(await listAppliedMigrations(db));
  const missingMigrations = migrations.filter((name) => !applied.has(name));
  const tables = (await listTopics()).flatMap(({ table }) => table ?? []);
  const [database, estimatedRecords, runs, deadLetters] = await Promise.all([
    describeDatabase(db),
    estimateRows(db, tables),
    countUnfinishedRuns(db),
    countUnresolvedUpTo(db, maxLettersCounted),
  ]);
  return { ...database, estimatedRecords, missingMigrations, runs, deadLetters };
}

/** ioredis and BullMQ would wait for the connection, however long that takes. */
function requireConnection({ redis }: Looked): void {
  if (redis.status !== "ready") throw new Error(`not connected (${redis.status})`);
}

async function lookAtRedis(looked: Looked): Promise<RedisState> {
  requireConnection(looked);
  const [description, findings] = await Promise.all([
    describeRedis(looked.redis),
    findRedisFaults(looked.redis),
  ]);
  return { ...description, findings };
}

async function lookAtQueues(looked: Looked): Promise<readonly QueueDescription[]> {
  requireConnection(looked);
  return describeQueues(looked.queues);
}

async function lookAtKafka(looked: Looked): Promise<KafkaState> {
  const { kafka, db, consumerGroup, pendingRecords } = looked;
  const [builtIn, ...own] = await looked.listTopics();
  const topics = [builtIn, ...own].map(({ topic }) => topic);
  const [brokers, described, progress, committed] = await Promise.all([
    kafka.describeBrokers(),
    kafka.describeTopics(topics),
    withDeadline(listPartitionProgress(db, topics), patienceMs, "PostgreSQL's answer").catch(() => null),
    // A group that nobody has ever joined has no coordinator to ask.
    kafka.readCommitted(consumerGroup).catch(() => new Map<string, ReadonlyMap<number, number>>()),
  ]);
  const findings = await kafka.findFaultsOfTopics(described, { pendingRecords });
  const moved = new Map(progress?.map((each) => [`${each.topic}/${each.partition}`, each]));

  const describePartition = (
    { topic, table }: ListedType,
    partition: PartitionDescription,
  ): PartitionState => {
    const known = moved.get(`${topic}/${partition.partition}`);
    const hint = committed.get(topic)?.get(partition.partition) ?? null;
    const readTo = (progress === null ? hint : known?.nextOffset) ?? partition.first;
    return {
      ...partition,
      next: known?.nextOffset ?? null,
      movedAt: known?.updatedAt ?? null,
      committed: hint,
      lag: table === null ? 0 : Math.max(0, partition.end - Math.max(readTo, partition.first)),
    };
  };
  const describeTopic = (type: ListedType): TopicState => ({
    topic: type.topic,
    type: type.name,
    table: type.table,
    isTableLost: type.isTableLost,
    partitions: described.get(type.topic)?.map((partition) => describePartition(type, partition)) ?? null,
    findings: findings.get(type.topic) ?? [],
  });
  return {
    ...brokers,
    topics: [describeTopic(builtIn), ...own.map(describeTopic)],
    lagIsExact: progress !== null,
  };
}

async function lookAtConsumers({
  kafka,
  consumerGroup: group,
}: Looked): Promise<GroupDescription & { readonly group: string }> {
  return { group, ...(await kafka.describeMembers(group)) };
}
