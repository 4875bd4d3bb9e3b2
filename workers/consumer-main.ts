import { setTimeout as pause } from "node:timers/promises";
import { createKafka } from "../kafka/client.ts";
import { startConsumer } from "../kafka/consume.ts";
import { createKafkaInspector } from "../kafka/inspect.ts";
import { ensureTopic } from "../kafka/topic.ts";
import { createTopicStateReader } from "../kafka/topic-state.ts";
import { openPool } from "../ledger/database/database.ts";
import { probeCopy } from "../ledger/outcomes/copy-rows.ts";
import { storeBatch } from "../ledger/outcomes/store-batch.ts";
import { createRecordTypes } from "../ledger/types/own-types.ts";
import { listenToTypeChanges } from "../ledger/types/type-changes.ts";
import { runService } from "../service/run-service.ts";
import { serveMetrics } from "../service/serve-metrics.ts";
import { checkSettings, judge } from "../service/unsafe-settings.ts";
import { builtInType } from "../types/built-in.ts";
import { keepRecordReaders } from "./keep-record-readers.ts";
import { keepSubscribed } from "./keep-subscribed.ts";
import { createBatchMetrics } from "./measure-batches.ts";
import { openTopicReader } from "./read-topic.ts";
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
  const { topic: builtInTopic } = config.kafka;
  const topicStates = createTopicStateReader(config.kafka.brokers);
  onClose("topic states", () => topicStates.close());
  const inspector = createKafkaInspector(kafka);
  const { readLogBounds } = inspector;
  onClose("Kafka inspector", inspector.close);
  const metrics = createBatchMetrics(registry);
  const measured = metrics.measureTransactions(storeBatch);
  const findTopicFaults = (topic: string) =>
    inspector.findTopicFaults(topic, { pendingRecords: config.limits.maxPendingRecords });
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
    look: () => findTopicFaults(builtInTopic),
    policy: config.unsafeSettings,
    log,
    signal: starting.signal,
  });
  if (starting.signal.aborted) return;
  const types = createRecordTypes(pool, { type: builtInType, topic: builtInTopic });
  const openRecordReader = keepRecordReaders(types, concurrency);
  const changes = listenToTypeChanges(config.databaseUrl, warn);
  onClose("notifications", changes.close);
  const stop = keepSubscribed({
    types,
    async prepareTopic(topic) {
      if (topic === builtInTopic) return;
      await ensureTopic(kafka, { ...config.kafka, topic });
      const { error, warnings } = judge((await findTopicFaults(topic)) ?? [], config.unsafeSettings);
      for (const warning of warnings) log.warn({ setting: warning }, "a setting is not as it should be");
      // That of one type does not end the reading of all others.
      if (error !== null) throw error;
    },
    probeTable: async ({ name, version }) => probeCopy(pool, (await openRecordReader(name, version)).type),
    openReader: ({ topic, name, version }, onOutdated, onUnfit) =>
      openTopicReader({
        ...{ pool, topic, log, onOutdated, onUnfit },
        openReader: () => openRecordReader(name, version),
        readTopicId: async (name) => (await topicStates.read(name))?.id ?? null,
        readLogBounds,
        storeBatch: tracing === null ? measured : traceTransactions(measured, tracing),
      }),
    watchPositions: () => watchPositions({ pool, readTopicIds: topicStates.readIds, readLogBounds, log }),
    subscribe: ({ handle, ...options }) => {
      const measuredHandle = metrics.measureBatches(handle);
      return startConsumer(kafka, {
        ...options,
        ...{ group: config.kafka.group, concurrency, onCrash: fail },
        handle: tracing === null ? measuredHandle : traceBatches(measuredHandle, tracing),
      });
    },
    untilChanged: changes.next,
    onFailure: fail,
    log,
  });
  onClose("Kafka", stop);
});
