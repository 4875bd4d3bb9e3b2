import { MetricsTime, Worker } from "bullmq";
import { createKafka } from "../kafka/client.ts";
import { createKafkaInspector } from "../kafka/inspect.ts";
import { createMessageProducer } from "../kafka/produce.ts";
import { ensureTopic } from "../kafka/topic.ts";
import { traceProducer } from "../kafka/trace-context.ts";
import { openPool } from "../ledger/database/database.ts";
import { listenToRunChanges } from "../ledger/runs/run-changes.ts";
import { createRecordTypes } from "../ledger/types/own-types.ts";
import { checkBuiltInTopic } from "../ledger/types/topic-taken.ts";
import { createRunConductor } from "../queues/conduct-run.ts";
import { openRedis } from "../queues/connection.ts";
import {
  chunkQueueName,
  openQueues,
  pacedChunkQueueName,
  retryDelayMs,
  runQueueName,
} from "../queues/queues.ts";
import { startReconciler } from "../queues/reconcile.ts";
import { findRedisFaults } from "../queues/redis-settings.ts";
import { watchSleepingRuns } from "../queues/sleeping-runs.ts";
import { runService } from "../service/run-service.ts";
import { serveMetrics } from "../service/serve-metrics.ts";
import { checkSettings } from "../service/unsafe-settings.ts";
import { builtInType } from "../types/built-in.ts";
import { createJobMetrics } from "./measure-jobs.ts";
import { measureProducer } from "./measure-producer.ts";
import { createChunkProducer } from "./produce-chunk.ts";

/** Chunks of one paced run that are in hand at a time: one that is sent, one that waits for its time, one that is late. */
const pacedChunksInHand = 3;

/** Conducts runs and makes their chunks: BullMQ -> Kafka. Any number of these processes share the work. */
await runService("worker", async ({ config, log, onClose, fail, registry, tracing }) => {
  const warn = (error: Error): void => log.warn({ err: error }, "connection trouble");
  const stopMetrics = await serveMetrics(config.metrics, () => registry.metrics(), log);
  if (stopMetrics !== null) onClose("metrics", stopMetrics);
  const { limits } = config;

  const pool = openPool(
    { url: config.databaseUrl, applicationName: "worker", maxConnections: 10, transactionTimeoutMs: 15_000 },
    warn,
  );
  onClose("PostgreSQL", () => pool.end());
  const changes = listenToRunChanges(config.databaseUrl, warn);
  onClose("notifications", () => changes.close());
  const kafka = createKafka({ brokers: config.kafka.brokers, clientId: "worker", log });
  const producer = createMessageProducer(kafka, config.kafka, {
    retries: 5,
    maxRetryTimeMs: 5_000,
    compression: config.kafka.compression,
  });
  onClose("Kafka", () => producer.close());

  const requestRedis = openRedis(config.redis.url, "request", warn);
  onClose("Redis", () => requestRedis.disconnect());
  const queues = openQueues(requestRedis, config.redis.prefix, warn, tracing?.bullmq);
  onClose("queues", () => queues.close());
  const workerRedis = openRedis(config.redis.url, "worker", warn);
  onClose("Redis", () => workerRedis.disconnect());

  const workerOptions = {
    connection: workerRedis,
    prefix: config.redis.prefix,
    // A killed worker's jobs are taken up by another one after at most the lock and one check.
    lockDuration: 10_000,
    stalledInterval: 5_000,
    // A stalled job is one whose worker was killed; that is no fault of the job (taskforcesh/bullmq#651).
    maxStalledCount: 1_000_000,
    settings: { backoffStrategy: retryDelayMs },
    // What Bull Board draws: jobs a minute, for a day.
    metrics: { maxDataPoints: MetricsTime.ONE_HOUR * 24 },
    ...(tracing === null ? {} : { telemetry: tracing.bullmq }),
    // By `run`, below, which tells when a worker takes no more jobs.
    autorun: false,
  };
  const types = createRecordTypes(pool, { type: builtInType, topic: config.kafka.topic });
  const jobMetrics = createJobMetrics(registry);
  const measuredProducer = measureProducer(producer, registry);
  const stopping = new AbortController();
  const sleeping = watchSleepingRuns(queues, changes);
  const conductor = createRunConductor({
    ...{ pool, queues, sleeping },
    maxPendingRecords: limits.maxPendingRecords,
  });
  const runWorker = new Worker(runQueueName, jobMetrics.measure(runQueueName, conductor), {
    ...workerOptions,
    concurrency: limits.runConcurrency,
  });
  const produceChunk = createChunkProducer({
    pool,
    producer: tracing === null ? measuredProducer : traceProducer(measuredProducer, tracing),
    types,
    log,
  });
  const chunkWorker = new Worker(chunkQueueName, jobMetrics.measure(chunkQueueName, produceChunk), {
    ...workerOptions,
    concurrency: limits.workerConcurrency,
  });
  const pacedChunkWorker = new Worker(
    pacedChunkQueueName,
    jobMetrics.measure(pacedChunkQueueName, produceChunk),
    { ...workerOptions, concurrency: limits.runConcurrency * pacedChunksInHand },
  );
  const workers = [runWorker, chunkWorker, pacedChunkWorker];
  for (const worker of workers) {
    jobMetrics.countStalled(worker.name, worker);
    worker.on("error", warn);
    worker.on("failed", (job, error) => {
      const isForGood = job?.finishedOn !== undefined;
      log.warn(
        { err: error, queue: worker.name, jobId: job?.id },
        isForGood ? "a job failed for good" : "a job failed, it will be tried again",
      );
    });
    // One that has stopped would leave its jobs to others, if there are any, without anybody noticing.
    worker.run().catch(fail);
  }
  onClose(
    "reconciler",
    startReconciler({
      pool,
      queues,
      listTopics: async () => (await types.list()).map(({ topic }) => topic),
      readTopicIds: producer.readTopicIds,
      maxPendingRecords: limits.maxPendingRecords,
      log,
    }),
  );
  const inspector = createKafkaInspector(kafka);
  onClose("Kafka inspector", inspector.close);
  onClose("workers", async () => {
    stopping.abort();
    await Promise.all(workers.map((worker) => worker.close()));
    // Not before no turn is under way that could put one to sleep.
    await sleeping.close();
  });

  checkBuiltInTopic(types, stopping.signal).catch(fail);
  // Nothing waits for these: jobs that are taken up before the answer come again when this process ends.
  const looks = [
    () => findRedisFaults(requestRedis),
    async () => {
      // It corrects what it may; a consumer does the same, and may not have started yet.
      await ensureTopic(kafka, config.kafka);
      return inspector.findTopicFaults(config.kafka.topic, { pendingRecords: limits.maxPendingRecords });
    },
  ];
  for (const look of looks) {
    checkSettings({ look, policy: config.unsafeSettings, log, signal: stopping.signal }).catch(fail);
  }
});
