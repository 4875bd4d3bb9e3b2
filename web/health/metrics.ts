import { Gauge, Histogram, type Registry } from "prom-client";
import type { KafkaInspector } from "../../kafka/inspect.ts";
import type { Queryable } from "../../ledger/database/database.ts";
import {
  countUnresolvedDeadLetters,
  listPartitionProgress,
  measureDatabase,
  sumRuns,
} from "../../ledger/history/pipeline-totals.ts";
import { runStatuses } from "../../ledger/runs/run.ts";
import type { Queues } from "../../queues/queues.ts";
import type { Logger } from "../../service/log.ts";
import { withDeadline } from "../http/deadline.ts";
import type { ListTopics } from "../pipeline/list-topics.ts";

export interface Measured {
  readonly db: Queryable;
  readonly queues: Queues;
  readonly isRedisReady: () => boolean;
  readonly kafka: KafkaInspector;
  readonly consumerGroup: string;
  readonly listTopics: ListTopics;
  /** What the process tells of itself; the rest is added to it. */
  readonly registry: Registry;
  readonly log: Logger;
}

const collectTimeoutMs = 2_000;

export interface Metrics {
  readonly contentType: string;
  /** All metrics in Prometheus's text format. */
  scrape(): Promise<string>;
  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void;
}

/**
 * What /metrics shows. What stands outside this process is read at each scrape; a source that does not answer leaves
 * its metrics out and `synthetic_scrape_up` at 0, and never fails the scrape.
 */
export function createMetrics(measured: Measured): Metrics {
  const { registry } = measured;
  const gauges = createGauges(registry);
  const requests = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time until a response was sent",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const sources: Readonly<Record<string, () => Promise<void>>> = {
    postgres: () => collectLedger(gauges, measured),
    redis: () => collectQueues(gauges, measured),
    kafka: () => collectLag(gauges, measured),
  };
  const collect = async ([source, read]: [string, () => Promise<void>]): Promise<void> => {
    try {
      await withDeadline(read(), collectTimeoutMs, `${source}'s answer`);
      gauges.up.set({ source }, 1);
    } catch (error) {
      measured.log.debug({ err: error, source }, "metrics left out");
      gauges.up.set({ source }, 0);
    }
  };
  return {
    contentType: registry.contentType,
    async scrape() {
      await Promise.all(Object.entries(sources).map(collect));
      return registry.metrics();
    },
    observeRequest({ method, route, status, seconds }) {
      requests.observe({ method, route, status }, seconds);
    },
  };
}

type Gauges = ReturnType<typeof createGauges>;

function createGauges(registry: Registry) {
  const gauge = (name: string, help: string, labelNames: readonly string[]) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
  return {
    up: gauge("synthetic_scrape_up", "Whether this scrape could read the source", ["source"]),
    runs: gauge("synthetic_runs", "Runs by status", ["status"]),
    records: gauge("synthetic_records", "Records of all runs by how far they have come", ["outcome"]),
    unbalanced: gauge(
      "synthetic_runs_unbalanced",
      "Completed runs whose rows and dead letters are not as many as were requested; always 0",
      [],
    ),
    databaseSize: gauge("synthetic_database_size_bytes", "Size of the database on PostgreSQL's disk", []),
    deadLetters: gauge("synthetic_dead_letters_unresolved", "Dead letters not resolved, by reason", [
      "reason",
    ]),
    jobs: gauge("synthetic_queue_jobs", "Jobs in BullMQ by queue and state", ["queue", "state"]),
    workers: gauge("synthetic_queue_workers", "Worker processes that take a queue's jobs", ["queue"]),
    paused: gauge("synthetic_queue_paused", "Whether somebody has paused the queue in Bull Board", ["queue"]),
    lag: gauge("synthetic_consumer_lag_records", "Messages not yet in the ledger", ["topic", "partition"]),
    topicConsumers: gauge(
      "synthetic_topic_consumers",
      "Consumers that read the topic, or some of its partitions",
      ["topic"],
    ),
    consumers: gauge("synthetic_consumers", "Members of the consumers' group in Kafka", ["group"]),
  };
}

async function collectLedger(gauges: Gauges, { db }: Measured): Promise<void> {
  gauges.runs.reset();
  gauges.records.reset();
  gauges.deadLetters.reset();
  gauges.unbalanced.remove();
  gauges.databaseSize.remove();
  const [totals, letters, { bytes }] = await Promise.all([
    sumRuns(db),
    countUnresolvedDeadLetters(db),
    measureDatabase(db),
  ]);
  gauges.unbalanced.set(totals.reduce((sum, total) => sum + total.unbalanced, 0));
  gauges.databaseSize.set(bytes);
  for (const status of runStatuses) {
    gauges.runs.set({ status }, totals.find((total) => total.status === status)?.runs ?? 0);
  }
  for (const outcome of ["requested", "produced", "stored", "flagged", "deadLettered"] as const) {
    const label = outcome === "deadLettered" ? "dead_lettered" : outcome;
    gauges.records.set(
      { outcome: label },
      totals.reduce((sum, total) => sum + total[outcome], 0),
    );
  }
  for (const { reason, count } of letters) gauges.deadLetters.set({ reason }, count);
}

async function collectQueues(gauges: Gauges, { queues, isRedisReady }: Measured): Promise<void> {
  gauges.jobs.reset();
  gauges.workers.reset();
  gauges.paused.reset();
  if (!isRedisReady()) throw new Error("Redis is not connected");
  await Promise.all(
    queues.all.map(async (queue) => {
      const counts = await queue.getJobCounts("waiting", "prioritized", "delayed", "active", "failed");
      for (const [state, count] of Object.entries(counts))
        gauges.jobs.set({ queue: queue.name, state }, count);
      gauges.workers.set({ queue: queue.name }, await queue.getWorkersCount());
      gauges.paused.set({ queue: queue.name }, (await queue.isPaused()) ? 1 : 0);
    }),
  );
}

/** Beyond as many series the topics that come later are summed up: each of them costs Prometheus something. */
const maxLagSeries = 1_000;

/** Kafka's own topics begin so, a type's never does. */
const otherTopics = "__other";

async function collectLag(gauges: Gauges, { db, kafka, listTopics, consumerGroup }: Measured): Promise<void> {
  gauges.lag.reset();
  gauges.topicConsumers.reset();
  gauges.consumers.reset();
  const read = (await listTopics()).filter(({ table }) => table !== null).map(({ topic }) => topic);
  const { members } = await kafka.describeMembers(consumerGroup);
  gauges.consumers.set({ group: consumerGroup }, members.length);
  const [topics, progress] = await Promise.all([kafka.describeTopics(read), listPartitionProgress(db, read)]);
  const next = new Map(
    progress.map(({ topic, partition, nextOffset }) => [`${topic}/${partition}`, nextOffset]),
  );
  let series = 0;
  let others = 0;
  for (const [topic, partitions] of topics) {
    const isOther = series + partitions.length > maxLagSeries;
    // Without a leader nobody knows what waits.
    for (const { partition, first, end } of partitions.filter(({ leader }) => leader !== null)) {
      const lag = Math.max(0, end - Math.max(first, next.get(`${topic}/${partition}`) ?? 0));
      if (isOther) others += lag;
      else gauges.lag.set({ topic, partition }, lag);
    }
    if (isOther) {
      gauges.lag.set({ topic: otherTopics, partition: "all" }, others);
      continue;
    }
    series += partitions.length;
    const readers = members.filter((member) => member.topics.some((each) => each.topic === topic)).length;
    gauges.topicConsumers.set({ topic }, readers);
  }
}
