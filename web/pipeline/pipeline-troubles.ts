import type { Finding } from "../../service/unsafe-settings.ts";
import { queuePath } from "./bull-board-url.ts";
import { describePause } from "./paused-queues.ts";
import type {
  KafkaState,
  Part,
  PartitionState,
  PipelineState,
  TopicState,
  Trouble,
} from "./pipeline-state.ts";

type Looked = Omit<PipelineState, "troubles">;

/** What is wrong in what was found, the gravest first. Pure. */
export function findTroubles(state: Looked): readonly Trouble[] {
  const troubles = [
    ...ofPostgres(state),
    ...ofRedis(state),
    ...ofKafka(state),
    ...ofWorkers(state),
    ...ofConsumers(state),
  ];
  return [
    ...troubles.filter(({ severity }) => severity === "stopped"),
    ...troubles.filter(({ severity }) => severity === "attention"),
  ];
}

const stopped = (what: string, remedy: string): Trouble => ({ severity: "stopped", what, remedy });
const attention = (what: string, remedy: string): Trouble => ({ severity: "attention", what, remedy });

const start = (service: string): string =>
  `\`npm start\` starts everything, \`docker compose up -d ${service}\` a container.`;

function ofPostgres({ postgres }: Looked): Trouble[] {
  if (postgres.status === "down") {
    return [
      stopped(
        `PostgreSQL does not answer (${postgres.error}): no run is accepted, and nothing is stored.`,
        `Start it, or put DATABASE_URL right: ${start("postgres")} What is committed stays, and runs go on by themselves.`,
      ),
    ];
  }
  const { missingMigrations, connections, maxConnections } = postgres.found;
  const open = connections.reduce((sum, { count }) => sum + count, 0);
  return [
    ...(missingMigrations.length === 0
      ? []
      : [
          stopped(
            `The database lacks ${count(missingMigrations.length, "migration")}: ${missingMigrations.join(", ")}.`,
            "Run `npm run migrate` with the rights of the database's owner.",
          ),
        ]),
    ...(open < maxConnections * 0.9
      ? []
      : [
          attention(
            `${open} of PostgreSQL's ${maxConnections} connections are taken.`,
            "Raise max_connections, or run fewer workers and consumers.",
          ),
        ]),
  ];
}

function ofRedis({ redis, postgres }: Looked): Trouble[] {
  if (redis.status === "down") {
    const waiting = postgres.status === "up" ? postgres.found.runs.queued + postgres.found.runs.running : 0;
    return [
      stopped(
        `Redis does not answer (${redis.error}): ${waiting === 0 ? "runs wait" : `${count(waiting, "run")} ${waiting === 1 ? "waits" : "wait"}`}, and their jobs are added again once it is back.`,
        `Start it, or put REDIS_URL right: ${start("redis")}`,
      ),
    ];
  }
  const { evictedKeys, persistence, usedBytes, maxBytes, findings } = redis.found;
  return [
    ...findings.map(settings),
    ...(evictedKeys === 0
      ? []
      : [
          attention(
            `Redis has dropped ${count(evictedKeys, "key")} since it started, jobs perhaps among them.`,
            "Set maxmemory-policy noeviction. Lost jobs are added again from the ledger within a minute.",
          ),
        ]),
    ...(persistence.isWriting
      ? []
      : [
          attention(
            "Redis could not write to its disk.",
            "Make room on the disk of Redis, or mend its rights there.",
          ),
        ]),
    ...(maxBytes === 0 || usedBytes < maxBytes * 0.9
      ? []
      : [attention("Redis's memory is nearly full.", "Raise maxmemory; beyond it Redis refuses jobs.")]),
  ];
}

function settings({ kind, message }: Finding): Trouble {
  const [what = message, ...rest] = message.split(/(?<=\.) /);
  const remedy = rest.join(" ");
  return { severity: kind === "loss" ? "stopped" : "attention", what, remedy };
}

function ofKafka({ kafka }: Looked): Trouble[] {
  if (kafka.status === "down") {
    return [
      stopped(
        `Kafka does not answer (${kafka.error}): no record gets through.`,
        `Start it, or put KAFKA_BROKERS right: ${start("kafka")} Runs go on by themselves.`,
      ),
    ];
  }
  const { topics } = kafka.found;
  const [builtIn] = topics;
  if (builtIn.partitions === null) {
    return [
      stopped(
        `The topic ${builtIn.topic} does not exist.`,
        "A worker or a consumer makes it when it starts: start one.",
      ),
    ];
  }
  return [
    ...topics.flatMap(({ findings }) => findings.map(settings)),
    ...some(
      topics,
      ({ leader }) => leader === null,
      (names) =>
        stopped(
          `Without a leader: ${names}. Nothing can be written to it or read from it.`,
          "Start the broker that has its replica.",
        ),
    ),
    ...some(
      topics,
      ({ replicas, inSync }) => inSync.length < replicas.length,
      (names) =>
        attention(
          `Not every replica is in sync: ${names}.`,
          "A broker is down or behind; start it, or wait until it has caught up.",
        ),
    ),
    ...some(
      topics,
      ({ next, first }) => next !== null && next < first,
      (names) =>
        attention(
          `Kafka has removed messages that were not stored: ${names}.`,
          "A consumer goes on behind them and runs make their records again. Give the topic a longer retention, or run more consumers.",
        ),
    ),
    ...some(
      topics,
      ({ leader, next, end }) => leader !== null && next !== null && next > end,
      (names) =>
        attention(
          `The ledger has come further than the log: ${names}. The topic was made anew, or its log cut off.`,
          "A consumer notices by itself and begins anew; start one if none is running.",
        ),
    ),
    ...topics.filter((topic) => topic.isTableLost && lagOfTopic(topic) > 0).map(lostTable),
  ];
}

const lostTable = (topic: TopicState): Trouble =>
  attention(
    `The table ${topic.table} of the type ${topic.type} is gone, and ${count(lagOfTopic(topic), "message")} cannot be stored.`,
    `Register the type again, as it was: that makes its table anew. \`/types/${topic.type}\` has its definition.`,
  );

/** One trouble for all the partitions that have it. */
function some(
  topics: readonly TopicState[],
  has: (partition: PartitionState) => boolean,
  trouble: (names: string) => Trouble,
): Trouble[] {
  const names = topics.flatMap(({ topic, partitions }) => {
    const numbers = (partitions ?? []).filter(has).map(({ partition }) => partition);
    if (numbers.length === 0) return [];
    return [`partition${numbers.length === 1 ? "" : "s"} ${numbers.join(", ")} of ${topic}`];
  });
  return names.length === 0 ? [] : [trouble(names.join("; "))];
}

function ofWorkers({ queues, postgres }: Looked): Trouble[] {
  if (queues.status === "down") return [];
  const idle = queues.found.filter(({ workers }) => workers.length === 0);
  const paused = queues.found
    .filter((queue) => queue.paused)
    .map(({ name }) => stopped(describePause(name), `Resume it in Bull Board: \`${queuePath(name)}\`.`));
  if (idle.length === 0) return paused;
  if (idle.length < queues.found.length) {
    const names = idle.map(({ name }) => name).join(" and ");
    return [
      stopped(
        `No worker takes jobs of the queue ${names}.`,
        `Those that run are of another version. Start one of this version: ${start("worker")}`,
      ),
      ...paused,
    ];
  }
  const unfinished = postgres.status === "up" ? postgres.found.runs.queued + postgres.found.runs.running : 0;
  const waiting =
    unfinished === 0
      ? "runs will wait"
      : `${count(unfinished, "run")} ${unfinished === 1 ? "waits" : "wait"}`;
  return [stopped(`No worker is running: ${waiting}.`, `Start one: ${start("worker")}`), ...paused];
}

function ofConsumers({ consumers, kafka, readAt }: Looked): Trouble[] {
  const lag = lagOf(kafka);
  if (consumers.status === "down") return [];
  const { state, members, group } = consumers.found;
  if (members.length === 0) {
    const waiting =
      lag === 0 ? "messages will wait" : `${count(lag, "message")} ${lag === 1 ? "waits" : "wait"}`;
    return [stopped(`No consumer is running: ${waiting}.`, `Start one: ${start("consumer")}`)];
  }
  if (state !== "Stable") {
    return [
      attention(
        `The consumer group ${group} is sharing out its partitions anew (${state}).`,
        "That takes a few seconds whenever a consumer comes or goes; if it stays so, look at the consumers' logs.",
      ),
    ];
  }
  return topicsOf(kafka).flatMap((topic) => {
    const waiting = lagOfTopic(topic);
    if (waiting === 0 || topic.isTableLost) return [];
    if (!members.some(({ topics }) => topics.some((each) => each.topic === topic.topic))) {
      return [
        attention(
          `No consumer reads the topic ${topic.topic}: ${count(waiting, "message")} ${waiting === 1 ? "waits" : "wait"}.`,
          "That takes a few seconds of a new type; if it stays so, the consumers' logs say why its topic cannot be read.",
        ),
      ];
    }
    // Nobody knows since when what is first in its topic has waited.
    const movedMs = Math.max(0, ...(topic.partitions ?? []).map(({ movedAt }) => movedAt?.getTime() ?? 0));
    const stillMs = readAt.getTime() - movedMs;
    if (movedMs === 0 || stillMs <= stillAfterMs) return [];
    return [
      attention(
        `${count(waiting, "message")} of ${topic.topic} wait, and for ${Math.round(stillMs / 1000)} seconds nothing of it has been stored.`,
        "Look at the consumers' logs. Markers of transactions at the end of a log count as waiting and are harmless.",
      ),
    ];
  });
}

/** A batch takes well under a second; this is long enough for PostgreSQL to be slow. */
const stillAfterMs = 30_000;

const topicsOf = (kafka: Part<KafkaState>): readonly TopicState[] =>
  kafka.status === "up" ? kafka.found.topics : [];

const lagOfTopic = ({ partitions }: TopicState): number =>
  (partitions ?? []).reduce((sum, { lag }) => sum + lag, 0);

/** Messages that wait in all topics. */
export const lagOf = (kafka: Part<KafkaState>): number =>
  topicsOf(kafka).reduce((sum, topic) => sum + lagOfTopic(topic), 0);

const count = (number: number, noun: string): string =>
  `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
