import Type, { type TObject, type TProperties } from "typebox";
import type { SeenMessage } from "../../kafka/read-messages.ts";
import { previewText } from "../dead-letters/dead-letter-schema.ts";

const closed = <Properties extends TProperties>(properties: Properties, title?: string) =>
  Type.Object(properties, { additionalProperties: false, ...(title === undefined ? {} : { title }) });

const count = (description?: string) =>
  Type.Integer({ minimum: 0, ...(description === undefined ? {} : { description }) });
const instant = Type.String({ format: "date-time" });
const orNull = (type: "integer" | "string", description: string, format?: string) =>
  Type.Unsafe<unknown>({ type: [type, "null"], description, ...(format === undefined ? {} : { format }) });

/** What a dependency has told, or why it has not. */
const part = (found: TObject | ReturnType<typeof Type.Array>, description: string) =>
  Type.Unsafe<unknown>({
    description,
    oneOf: [
      closed({ status: Type.Literal("up"), found }),
      closed({ status: Type.Literal("down"), error: Type.String() }),
    ],
  });

const findings = Type.Array(closed({ kind: Type.Enum(["loss", "risk"]), message: Type.String() }), {
  description: "Settings by which records can be lost",
});

const postgres = closed({
  version: Type.String(),
  startedAt: instant,
  bytes: count("Of the whole database"),
  maxConnections: count(),
  connections: Type.Array(closed({ name: Type.String(), count: count(), oldestAt: instant })),
  tables: Type.Array(
    closed({
      name: Type.String(),
      bytes: count("With indexes"),
      estimatedRows: count("PostgreSQL's own estimate; a run's ledger counts exactly"),
    }),
  ),
  estimatedRecords: count("Rows of the tables of all types, by these estimates"),
  missingMigrations: Type.Array(Type.String()),
  runs: closed({ queued: count(), running: count(), paused: count() }),
  deadLetters: count("Unresolved ones, up to 100,000: no more are looked at"),
});

const redis = closed({
  version: Type.String(),
  uptimeSeconds: count(),
  usedBytes: count(),
  maxBytes: count("0 for no limit"),
  evictionPolicy: Type.String(),
  evictedKeys: count("Since Redis started"),
  clients: count(),
  persistence: closed({
    appendOnly: Type.Boolean(),
    isWriting: Type.Boolean({ description: "Whether the last write to disk went well" }),
    lastSaveAt: orNull("string", "When the last snapshot was made", "date-time"),
  }),
  findings,
});

const queues = Type.Array(
  closed({
    name: Type.String(),
    paused: Type.Boolean({ description: "In Bull Board: its jobs wait until it is resumed there" }),
    jobs: closed({
      active: count(),
      waiting: count(),
      prioritized: count(),
      delayed: count(),
      failed: count(),
    }),
    workers: Type.Array(closed({ address: Type.String(), connectedSeconds: count() })),
  }),
);

const partition = closed({
  partition: count(),
  leader: orNull("integer", "A broker's id; null while there is none"),
  replicas: Type.Array(count()),
  inSync: Type.Array(count()),
  first: count("Where the log begins"),
  end: count("Where it ends, exclusive"),
  next: orNull("integer", "Where the ledger goes on; null where it has nothing of it yet"),
  movedAt: orNull("string", "When the ledger went on last", "date-time"),
  committed: orNull("integer", "What the consumer group has committed to Kafka: a hint"),
  lag: count("Messages not yet in the ledger; 0 where nobody is to read them"),
});

const topic = closed({
  topic: Type.String(),
  type: Type.String({ description: "The type of its records" }),
  table: orNull("string", "Where its messages go; null where nobody is to read them"),
  isTableLost: Type.Boolean({ description: "Whether its owner has dropped the table" }),
  partitions: Type.Unsafe<unknown>({
    anyOf: [Type.Array(partition), { type: "null" }],
    description: "Null where there is no such topic",
  }),
  findings,
});

const kafka = closed({
  clusterId: Type.String(),
  controllerId: orNull("integer", "The broker that is the controller"),
  brokers: Type.Array(closed({ id: count(), address: Type.String() })),
  topics: Type.Array(topic, {
    description: "The built-in type's first, then those of own types by the types' names",
  }),
  lagIsExact: Type.Boolean({
    description:
      "Whether `lag` is that of the ledger; else PostgreSQL does not answer, and it is Kafka's hint",
  }),
});

const consumers = closed({
  group: Type.String(),
  state: Type.String({ description: "As Kafka calls it: `Stable` while all is well" }),
  members: Type.Array(
    closed({
      clientId: Type.String(),
      address: Type.String(),
      topics: Type.Array(closed({ topic: Type.String(), partitions: Type.Array(count()) }), {
        description: "What it is to read",
      }),
      note: Type.Unsafe<unknown>({
        anyOf: [closed({ host: Type.String(), pid: count(), startedAt: instant }), { type: "null" }],
        description: "What the process says of itself; null where it is none of this pipeline's",
      }),
    }),
  ),
});

export const pipelineSchema = closed(
  {
    readAt: instant,
    web: closed({ pid: count(), startedAt: instant, node: Type.String() }),
    postgres: part(postgres, "PostgreSQL, with the ledger"),
    redis: part(redis, "Redis"),
    queues: part(queues, "BullMQ's queues and their workers"),
    kafka: part(kafka, "Kafka, with the topics of all types of records"),
    consumers: part(consumers, "The consumer group"),
    troubles: Type.Array(
      closed({
        severity: Type.Enum(["stopped", "attention"], {
          description: "`stopped`: records do not get through; `attention`: they do, or nobody knows",
        }),
        what: Type.String(),
        remedy: Type.String(),
      }),
      { description: "What is wrong, in words, the gravest first; empty where all is well" },
    ),
  },
  "Pipeline",
);

export const topicSchema = Type.String({
  maxLength: 249,
  description: "A type's topic; the built-in type's by default",
});

const message = closed(
  {
    offset: count(),
    timestamp: instant,
    key: orNull("string", "In base64"),
    value: orNull("string", "In base64; null for a tombstone"),
    text: orNull("string", "The value's first 500 characters, where it is UTF-8"),
    headers: Type.Unsafe<unknown>({
      type: "object",
      additionalProperties: { type: "array", items: { type: "string" } },
      description: "Header -> values, each in base64",
    }),
    undecodable: orNull(
      "string",
      "Why the batch that begins here cannot be read, whose bytes the value has; null for a message",
    ),
  },
  "SeenMessage",
);

export const messagesSchema = closed({
  topic: Type.String(),
  partition: count(),
  first: count("Where the partition's log begins"),
  end: count("Where it ends, exclusive"),
  messages: Type.Array(message, { description: "In their order" }),
});

export function seenMessageJson(seen: SeenMessage) {
  const { offset, timestampMs, key, value, headers, undecodable } = seen;
  return {
    offset,
    timestamp: new Date(Math.max(0, timestampMs)).toISOString(),
    key: key?.toString("base64") ?? null,
    value: value?.toString("base64") ?? null,
    text: previewText(value),
    headers: Object.fromEntries(
      Array.from(headers, ([name, values]) => [name, values.map((bytes) => bytes.toString("base64"))]),
    ),
    undecodable,
  };
}
