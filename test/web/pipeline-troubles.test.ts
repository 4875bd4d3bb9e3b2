import { expect } from "chai";
import type {
  KafkaState,
  LedgerState,
  PartitionState,
  PipelineState,
  RedisState,
  TopicState,
} from "../../web/pipeline/pipeline-state.ts";
import { findTroubles } from "../../web/pipeline/pipeline-troubles.ts";

const now = new Date("2026-11-24T12:00:00Z");
const partition: PartitionState = {
  partition: 0,
  leader: 1,
  replicas: [1],
  inSync: [1],
  first: 0,
  end: 100,
  next: 100,
  movedAt: now,
  committed: 100,
  lag: 0,
};
const users: TopicState = {
  topic: "synthetic_users",
  type: "user",
  table: "users_raw",
  isTableLost: false,
  partitions: [partition],
  findings: [],
};
const orders: TopicState = { ...users, topic: "orders", type: "order", table: "orders" };
const kafka: KafkaState = {
  clusterId: "c",
  controllerId: 1,
  brokers: [{ id: 1, address: "kafka:9092" }],
  topics: [users],
  lagIsExact: true,
};
const postgres: LedgerState = {
  version: "18.1",
  startedAt: now,
  bytes: 1,
  maxConnections: 100,
  connections: [{ name: "web", count: 3, oldestAt: now }],
  tables: [],
  estimatedRecords: 0,
  missingMigrations: [],
  runs: { queued: 0, running: 0, paused: 0 },
  deadLetters: 0,
};
const redis: RedisState = {
  version: "7.0",
  uptimeSeconds: 1,
  usedBytes: 1,
  maxBytes: 0,
  evictionPolicy: "noeviction",
  evictedKeys: 0,
  clients: 1,
  persistence: { appendOnly: true, isWriting: true, lastSaveAt: null },
  findings: [],
};
const jobs = { active: 0, waiting: 0, prioritized: 0, delayed: 0, failed: 0 };
const workers = [{ address: "127.0.0.1:1", connectedSeconds: 1 }];
const queue = { name: "runs", paused: false, jobs, workers };
const readsAll = [users, orders].map(({ topic }) => ({ topic, partitions: [0] }));
const member = { clientId: "consumer", address: "127.0.0.1", topics: readsAll, note: null };

type Looked = Omit<PipelineState, "troubles">;
const well: Looked = {
  readAt: now,
  web: { pid: 1, startedAt: now, node: "v24" },
  postgres: { status: "up", found: postgres },
  redis: { status: "up", found: redis },
  queues: { status: "up", found: ["runs", "chunks"].map((name) => ({ ...queue, name })) },
  kafka: { status: "up", found: kafka },
  consumers: { status: "up", found: { group: "g", state: "Stable", members: [member] } },
};
const of = (topic: TopicState, ...changes: Partial<PartitionState>[]): TopicState => ({
  ...topic,
  partitions: changes.map((change, n) => ({ ...partition, partition: n, ...change })),
});
const topics = (...all: KafkaState["topics"]): Partial<Looked> => ({
  kafka: { status: "up", found: { ...kafka, topics: all } },
});
const partitions = (...changes: Partial<PartitionState>[]): Partial<Looked> => topics(of(users, ...changes));
const down = { status: "down", error: "connect ECONNREFUSED" } as const;
const nobody: Partial<Looked> = {
  consumers: { status: "up", found: { group: "g", state: "Empty", members: [] } },
};

describe("What is wrong with the pipeline", () => {
  it("is nothing where all is well", () => {
    expect(findTroubles(well)).to.deep.equal([]);
  });

  const cases: readonly (readonly [what: string, change: Partial<Looked>, words: RegExp, remedy: RegExp])[] =
    [
      [
        "PostgreSQL is down",
        { postgres: down },
        /PostgreSQL does not answer \(connect ECONNREFUSED\)/,
        /DATABASE_URL/,
      ],
      [
        "a migration is missing",
        { postgres: { status: "up", found: { ...postgres, missingMigrations: ["2026_x"] } } },
        /lacks 1 migration: 2026_x/,
        /npm run migrate/,
      ],
      [
        "connections run out",
        {
          postgres: {
            status: "up",
            found: { ...postgres, connections: [{ name: "web", count: 95, oldestAt: now }] },
          },
        },
        /95 of PostgreSQL's 100 connections/,
        /max_connections/,
      ],
      [
        "Redis is down",
        {
          redis: down,
          queues: down,
          postgres: { status: "up", found: { ...postgres, runs: { queued: 1, running: 2, paused: 4 } } },
        },
        /Redis does not answer .*: 3 runs wait/,
        /docker compose up -d redis/,
      ],
      [
        "Redis has dropped keys",
        { redis: { status: "up", found: { ...redis, evictedKeys: 7 } } },
        /dropped 7 keys/,
        /noeviction/,
      ],
      [
        "Redis cannot write",
        {
          redis: {
            status: "up",
            found: { ...redis, persistence: { appendOnly: true, isWriting: false, lastSaveAt: null } },
          },
        },
        /could not write to its disk/,
        /Make room/,
      ],
      ["Kafka is down", { kafka: down, consumers: down }, /Kafka does not answer/, /KAFKA_BROKERS/],
      [
        "there is no topic",
        topics({ ...users, partitions: null }),
        /topic synthetic_users does not exist/,
        /worker or a consumer makes it/,
      ],
      [
        "partitions have no leader",
        // Nobody knows where their logs end.
        partitions({ leader: null, end: 0 }, {}, { leader: null, end: 0 }),
        /Without a leader: partitions 0, 2 of synthetic_users\./,
        /broker/,
      ],
      [
        "a replica is behind",
        partitions({}, { replicas: [1, 2], inSync: [1] }),
        /Not every replica is in sync: partition 1/,
        /caught up/,
      ],
      [
        "retention was faster than the consumers",
        partitions({ first: 50, next: 20 }),
        /removed messages that were not stored: partition 0/,
        /retention/,
      ],
      ["the topic was made anew", partitions({ end: 5 }), /further than the log: partition 0/, /by itself/],
      [
        "no worker is there",
        { queues: { status: "up", found: [{ ...queue, workers: [] }] } },
        /No worker is running: runs will wait/,
        /docker compose up -d worker/,
      ],
      [
        "no worker is there for one of the queues",
        { queues: { status: "up", found: [queue, { ...queue, name: "paced-chunks", workers: [] }] } },
        /No worker takes jobs of the queue paced-chunks/,
        /another version.*docker compose up -d worker/,
      ],
      [
        "somebody has paused a queue",
        { queues: { status: "up", found: [queue, { ...queue, name: "chunks", paused: true }] } },
        /The queue of chunks is paused in Bull Board: nothing is generated until it is resumed/,
        /`\/queues\/queue\/generating\.chunks`/,
      ],
      [
        "no consumer is there",
        { ...nobody, ...partitions({ lag: 7_000 }, { lag: 5_000 }) },
        /No consumer is running: 12,000 messages wait/,
        /npm start/,
      ],
      [
        "no consumer is there and nothing waits",
        nobody,
        /No consumer is running: messages will wait/,
        /Start one/,
      ],
      [
        "the group is sorting itself out",
        {
          consumers: { status: "up", found: { group: "g", state: "PreparingRebalance", members: [member] } },
        },
        /sharing out its partitions anew \(PreparingRebalance\)/,
        /few seconds/,
      ],
      [
        "consumers stand still",
        partitions({ lag: 3, movedAt: new Date(now.getTime() - 90_000) }),
        /3 messages of synthetic_users wait, and for 90 seconds nothing of it has been stored/,
        /consumers' logs/,
      ],
      [
        "consumers stand still at an own type's topic alone",
        topics(users, of(orders, { lag: 3, movedAt: new Date(now.getTime() - 90_000) })),
        /3 messages of orders wait/,
        /consumers' logs/,
      ],
      [
        "partitions of several topics have no leader",
        topics(of(users, {}, { leader: null }), of(orders, { leader: null })),
        /partition 1 of synthetic_users; partition 0 of orders/,
        /broker/,
      ],
      [
        "nobody reads an own type's topic",
        topics(users, { ...of(orders, { lag: 2, next: null, movedAt: null }), topic: "unread" }),
        /No consumer reads the topic unread: 2 messages wait/,
        /consumers' logs say why/,
      ],
      [
        "an own type's topic is set so that it loses records",
        topics(users, {
          ...orders,
          findings: [{ kind: "loss", message: "The topic orders is bad. Mend it." }],
        }),
        /The topic orders is bad/,
        /Mend it/,
      ],
      [
        "an own type's table is gone",
        topics(users, { ...of(orders, { lag: 1, next: 99 }), isTableLost: true }),
        /table orders of the type order is gone, and 1 message cannot be stored/,
        /Register the type again/,
      ],
    ];
  for (const [what, change, words, remedy] of cases) {
    it(`is told where ${what}`, () => {
      const troubles = findTroubles({ ...well, ...change });
      expect(troubles).to.have.length(1);
      expect(troubles[0]?.what).to.match(words);
      expect(troubles[0]?.remedy).to.match(remedy);
    });
  }

  it("is told with the gravest first", () => {
    const both = findTroubles({ ...well, ...nobody, ...partitions({ replicas: [1, 2] }) });
    expect(both.map(({ severity }) => severity)).to.deep.equal(["stopped", "attention"]);
  });

  it("is nothing where messages wait and are being stored", () => {
    expect(findTroubles({ ...well, ...partitions({ lag: 50_000 }) })).to.deep.equal([]);
  });

  it("is nothing where a new type's first messages are about to be read, or an own type has no topic yet", () => {
    const first = of(orders, { lag: 2, next: null, movedAt: null });
    expect(findTroubles({ ...well, ...topics(users, first) })).to.deep.equal([]);
    expect(findTroubles({ ...well, ...topics(users, { ...orders, partitions: null }) })).to.deep.equal([]);
  });
});
