import { createKafka } from "../kafka/client.ts";
import { createKafkaInspector } from "../kafka/inspect.ts";
import { createMessageProducer } from "../kafka/produce.ts";
import { traceProducer } from "../kafka/trace-context.ts";
import { openPool } from "../ledger/database/database.ts";
import { admitDataset } from "../ledger/datasets/create-dataset.ts";
import { copyRunRows } from "../ledger/history/run-rows.ts";
import { admitRun } from "../ledger/runs/admit-run.ts";
import { changeRunPace } from "../ledger/runs/change-run-pace.ts";
import { listenToRunChanges } from "../ledger/runs/run-changes.ts";
import { createRecordTypes } from "../ledger/types/own-types.ts";
import { openRedis } from "../queues/connection.ts";
import { openQueues } from "../queues/queues.ts";
import { listed } from "../records/record-types.ts";
import type { Config } from "../service/config.ts";
import type { Logger } from "../service/log.ts";
import { createProcessRegistry } from "../service/process-metrics.ts";
import type { OnClose, ServiceContext } from "../service/run-service.ts";
import { builtInType } from "../types/built-in.ts";
import { createRateCounter } from "./access/rate-counter.ts";
import { createAuditDataset } from "./datasets/audit-dataset.ts";
import type { WebDependencies } from "./dependencies.ts";
import { readinessChecks } from "./health/checks.ts";
import { createMetrics } from "./health/metrics.ts";
import { createReadiness } from "./health/readiness.ts";
import { boundQueries, boundWork } from "./http/unavailable.ts";
import { listNeededMigrations } from "./needed-migrations.ts";
import { createListTopics } from "./pipeline/list-topics.ts";
import { createPipeline } from "./pipeline/pipeline.ts";
import { createEnqueue } from "./runs/request/enqueue.ts";
import { createRunFeed } from "./runs/run-feed.ts";
import { createRegistry } from "./types/registry.ts";

const queryTimeoutMs = 5_000;
const enqueueTimeoutMs = 2_000;
/** Of one slice of a download, on a disk that is busy with storing. */
const downloadSliceTimeoutMs = 30_000;
/** Of all that an audit asks. */
const auditTimeoutMs = 20_000;

/** What watches the process: its metrics, and its traces where some are wanted. */
export type Observers = Pick<ServiceContext, "registry" | "tracing">;

/**
 * Opens what the application is made of. Nothing is waited for: the service starts with every dependency down,
 * answers what it can, and connects to each one when it comes up.
 */
export function openDependencies(
  config: Config,
  log: Logger,
  onClose: OnClose,
  { registry = createProcessRegistry(), tracing = null }: Partial<Observers> = {},
): WebDependencies {
  const warn =
    (message: string) =>
    (error: unknown): void =>
      log.warn({ err: error }, message);

  const pool = openPool(
    {
      url: config.databaseUrl,
      applicationName: "web",
      maxConnections: 10,
      transactionTimeoutMs: queryTimeoutMs,
    },
    warn("PostgreSQL connection lost"),
  );
  onClose("postgres", () => pool.end());
  const db = boundQueries(pool, queryTimeoutMs);
  const downloads = openPool(
    {
      url: config.databaseUrl,
      applicationName: "web-downloads",
      maxConnections: 2,
      transactionTimeoutMs: downloadSliceTimeoutMs,
    },
    warn("PostgreSQL connection lost"),
  );
  onClose("downloads", () => downloads.end());

  const audits = openPool(
    {
      url: config.databaseUrl,
      applicationName: "web-audits",
      maxConnections: 1,
      transactionTimeoutMs: auditTimeoutMs,
    },
    warn("PostgreSQL connection lost"),
  );
  onClose("audits", () => audits.end());

  const redis = openRedis(config.redis.url, "request", warn("Redis connection failed"));
  onClose("redis", () => redis.disconnect());
  // A queue only repeats what its connection has said.
  const queues = openQueues(redis, config.redis.prefix, () => undefined, tracing?.bullmq);
  onClose("queues", queues.close);
  const isRedisReady = (): boolean => redis.status === "ready";
  const rateCounter = (name: string, limit: number) =>
    createRateCounter(redis, {
      keyPrefix: `${config.redis.prefix}:rate:${name}`,
      limit,
      onFallback: atMostEvery(60_000, warn("requests are counted by this process alone")),
    });

  const kafka = createKafka({ brokers: config.kafka.brokers, clientId: "web", log, connectRetries: 1 });
  const kafkaInspector = createKafkaInspector(kafka);
  onClose("kafka inspector", kafkaInspector.close);
  // Whether to send again what may have arrived is for the client to say: kafkajs would say "sent" of what is there twice.
  const plainProducer = createMessageProducer(kafka, config.kafka, {
    retries: 0,
    maxRetryTimeMs: 1_000,
    compression: config.kafka.compression,
  });
  onClose("producer", plainProducer.close);
  const producer = tracing === null ? plainProducer : traceProducer(plainProducer, tracing);

  const changes = listenToRunChanges(config.databaseUrl, warn("run changes not heard"));
  onClose("run changes", changes.close);
  const runFeed = createRunFeed(db, changes, {
    minIntervalMs: 200,
    pollMs: 3_000,
    onError: warn("run not read"),
  });
  onClose("run feed", runFeed.close);

  const builtIn = { type: builtInType, topic: config.kafka.topic };
  const types = createRecordTypes(db, builtIn);
  const listTopics = createListTopics(types, listed(builtIn));
  const looked = {
    db,
    migrations: listNeededMigrations(),
    redis,
    queues,
    kafka: kafkaInspector,
    consumerGroup: config.kafka.group,
    topic: config.kafka.topic,
    listTopics,
    pendingRecords: config.limits.maxPendingRecords,
  };
  const checks = readinessChecks({ ...looked, unsafeSettings: config.unsafeSettings });
  return {
    config,
    log,
    types,
    db,
    copyRunRows: (type, slice) => boundWork(copyRunRows(downloads, type, slice), downloadSliceTimeoutMs),
    admitRun: (run) => boundWork(admitRun(pool, run, config.limits), queryTimeoutMs),
    admitDataset: (dataset) => boundWork(admitDataset(pool, dataset, config.limits), queryTimeoutMs),
    changeRunPace: (id, change) => boundWork(changeRunPace(pool, id, change), queryTimeoutMs),
    auditDataset: createAuditDataset(audits, types, auditTimeoutMs),
    registry: createRegistry(
      pool,
      {
        builtIn: { name: builtInType.name, topic: config.kafka.topic, table: builtInType.table.name },
        types,
      },
      queryTimeoutMs,
    ),
    queues,
    isRedisReady,
    enqueue: createEnqueue(queues, isRedisReady, enqueueTimeoutMs, log),
    producer,
    runFeed,
    readiness: createReadiness(checks, { timeoutMs: 2_000, cacheMs: 500 }),
    pipeline: createPipeline(kafka, looked),
    metrics: createMetrics({
      db,
      queues,
      isRedisReady,
      kafka: kafkaInspector,
      consumerGroup: config.kafka.group,
      listTopics,
      registry,
      log,
    }),
    tracing,
    writes:
      config.http.rateLimitPerMinute === 0 ? null : rateCounter("writes", config.http.rateLimitPerMinute),
    signInFailures: rateCounter("sign-in-failures", config.http.access.failuresPerMinute),
  };
}

/** An outage would otherwise fill the log with a line a request. */
function atMostEvery(intervalMs: number, tell: (error: unknown) => void): (error: unknown) => void {
  let toldMs = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (performance.now() - toldMs < intervalMs) return;
    toldMs = performance.now();
    tell(error);
  };
}
