import { setTimeout as pause } from "node:timers/promises";
import { createKafka } from "../kafka/client.ts";
import { startConsumer } from "../kafka/consume.ts";
import { createKafkaInspector } from "../kafka/inspect.ts";
import { ensureTopic } from "../kafka/topic.ts";
import { createTopicStateReader } from "../kafka/topic-state.ts";
import { openPool } from "../ledger/database.ts";
import { storeBatch } from "../ledger/store-batch.ts";
import { userType } from "../records/user.ts";
import { runService } from "../service/run-service.ts";
import { serveMetrics } from "../service/serve-metrics.ts";
import { checkSettings } from "../service/unsafe-settings.ts";
import { createBatchMetrics } from "./measure-batches.ts";
import { createPositions } from "./positions.ts";
import { createMessageStore } from "./store-messages.ts";
import { traceBatches, traceTransactions } from "./trace-batches.ts";
import { watchPositions } from "./watch-positions.ts";

/** Partitions in hand at a time: one is parsed while PostgreSQL works on others. */
const concurrency = 3;

/** Validates, normalises and stores messages: Kafka -> PostgreSQL. More of these processes share the partitions. */
await runService("consumer", async ({ config, log, onClose, fail, registry, tracing }) => {
  const warn = (error: Error): void => log.warn({ err: error }, "connection trouble");
  const stopMetrics = await serveMetrics(config.metrics, () => registry.metrics(), log);
  if (stopMetrics !== null) onClose("metrics", stopMetrics);
  const pool = openPool(
    {
      url: config.databaseUrl,
      applicationName: "consumer",
      maxConnections: concurrency + 1,
      transactionTimeoutMs: 30_000,
      lockTimeoutMs: 10_000,
    },
    warn,
  );
  onClose("PostgreSQL", () => pool.end());

  const kafka = createKafka({ brokers: config.kafka.brokers, clientId: "consumer", log });
  const starting = new AbortController();
  onClose("start", () => starting.abort());
  const { topic } = config.kafka;
  const topicState = createTopicStateReader(config.kafka.brokers, topic);
  onClose("topic state", () => topicState.close());
  const inspector = createKafkaInspector(kafka);
  onClose("Kafka inspector", inspector.close);
  const positions = createPositions({
    pool,
    topic,
    readTopicId: async () => (await topicState.read())?.id ?? null,
    readLogBounds: () => inspector.readLogBounds(topic),
    log,
  });
  const metrics = createBatchMetrics(registry);
  const measured = metrics.measureTransactions(storeBatch);
  const store = createMessageStore({
    pool,
    topic,
    type: userType,
    positions,
    concurrency,
    log,
    storeBatch: tracing === null ? measured : traceTransactions(measured, tracing),
  });
  const handle = metrics.measureBatches(store.handle);
  const watch = watchPositions({ positions, isInHand: store.isInHand, log });
  onClose("positions", watch.stop);
  // Kafka may come up after this process; there is nothing else to do without it.
  while (!starting.signal.aborted) {
    try {
      await ensureTopic(kafka, config.kafka);
      break;
    } catch (error) {
      log.warn({ err: error }, "the topic cannot be used yet, trying again");
      await pause(1_000, undefined, { signal: starting.signal }).catch(() => undefined);
    }
  }
  await checkSettings({
    look: () => inspector.findTopicFaults(topic, { pendingRecords: config.limits.maxPendingRecords }),
    policy: config.unsafeSettings,
    log,
    signal: starting.signal,
  });
  if (starting.signal.aborted) return;
  const stop = await startConsumer(kafka, {
    topic,
    group: config.kafka.group,
    concurrency,
    handle: tracing === null ? handle : traceBatches(handle, topic, tracing),
    onAssigned: (partitions, seek) => {
      positions.forgetAll();
      watch.assign(partitions, seek);
      log.info({ partitions }, "partitions assigned");
    },
    onCrash: fail,
  });
  onClose("Kafka", stop);
});
