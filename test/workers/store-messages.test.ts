import { AssertionError } from "node:assert";
import { expect } from "chai";
import pg from "pg";
import type { FetchedBatch } from "../../kafka/consume.ts";
import type { LogBounds } from "../../kafka/inspect.ts";
import type { Chunk } from "../../ledger/chunks/chunk.ts";
import { markChunkProduced } from "../../ledger/chunks/chunks.ts";
import { openPool, type Pool, type PoolOptions } from "../../ledger/database/database.ts";
import { type Batch, createRecordReader } from "../../ledger/outcomes/batch.ts";
import { readProgress } from "../../ledger/outcomes/consumer-progress.ts";
import type { BinaryRows } from "../../ledger/outcomes/copy-binary.ts";
import { storeBatch } from "../../ledger/outcomes/store-batch.ts";
import { userType } from "../../types/user/user.ts";
import { alignPositions } from "../../workers/align-positions.ts";
import { createPositions, type Positions } from "../../workers/positions.ts";
import { createMessageStore, type MessageStore } from "../../workers/store-messages.ts";
import { range, recordsOf } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { keptLog, silentLog } from "../setup/log.ts";
import { rejection } from "../setup/rejection.ts";
import { currentRun, plannedRun } from "../setup/runs.ts";

const oldTopic = "00000000-0000-4000-8000-00000000000a";
const newTopic = "00000000-0000-4000-8000-00000000000b";

describe("storing what was fetched", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;
  let topicId: string | null;
  let positions: Positions;
  let store: MessageStore;

  /** A consumer's store and what it knows of positions. */
  function newConsumer(log = silentLog, itsPool = pool()): { positions: Positions; store: MessageStore } {
    const topic = "topic";
    const own = createPositions({
      ...{ pool: itsPool, topic, log },
      readTopicId: async () => topicId,
      readLogBounds: async () => bounds,
    });
    return {
      positions: own,
      store: createMessageStore({
        pool: itsPool,
        topic,
        reader: createRecordReader(userType, 1),
        positions: own,
        log,
        onOutdated: () => undefined,
        onUnfit: () => undefined,
      }),
    };
  }
  const bounds = new Map<number, LogBounds>();
  beforeEach(() => {
    topicId = oldTopic;
    bounds.clear();
    ({ positions, store } = newConsumer());
  });

  /** Messages of partition 0 at these offsets, as kafkajs hands them over. */
  function fetched(offsets: readonly number[], more: Partial<FetchedBatch> = {}): FetchedBatch {
    const firstOffset = offsets[0] ?? 0;
    const lastOffset = offsets.at(-1) ?? 0;
    return {
      topic: "topic",
      partition: 0,
      firstOffset,
      lastOffset,
      highWatermark: lastOffset + 1,
      messages: offsets.map((offset) => message(offset, `{"name":"${offset}"}`)),
      heartbeat: async () => undefined,
      isStale: () => false,
      ...more,
    };
  }
  const message = (offset: number, value: string, headers = {}): FetchedBatch["messages"][number] => ({
    ...{
      key: null,
      value: Buffer.from(value),
      timestamp: "0",
      attributes: 0,
      offset: String(offset),
      headers,
    },
  });
  const storedOffsets = async (): Promise<number[]> => {
    const { rows } = await pool().query<{ kafka_offset: number }>(
      "SELECT kafka_offset FROM users_raw ORDER BY id",
    );
    return rows.map((row) => row.kafka_offset);
  };
  const letters = async () => {
    const { rows } = await pool().query<{
      offset: number;
      reason: string;
      detail: string;
      payload: Buffer | null;
    }>("SELECT kafka_offset AS offset, reason, detail, payload FROM dead_letters ORDER BY kafka_offset");
    return rows;
  };
  /** Has PostgreSQL do this for every row with the name of a bomb. */
  const explode = (statement: string) =>
    database().asOwner(`
      CREATE FUNCTION explode() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN IF NEW.name = 'bomb' THEN ${statement}; END IF; RETURN NEW; END $$;
      CREATE TRIGGER explode BEFORE INSERT ON users_raw FOR EACH ROW EXECUTE FUNCTION explode()`);
  async function withPool(
    timeouts: Pick<PoolOptions, "transactionTimeoutMs" | "lockTimeoutMs">,
    work: (own: Pool) => Promise<void>,
  ): Promise<void> {
    const own = openPool(
      { url: database().url, applicationName: "test", maxConnections: 2, ...timeouts },
      () => undefined,
    );
    try {
      await work(own);
    } finally {
      await own.end();
    }
  }
  const position = async (): Promise<number | undefined> =>
    (await readProgress(pool(), { topic: "topic", partition: 0 }))?.nextOffset;

  it("begins a partition that was never read where Kafka's log begins, whatever was committed", async () => {
    expect(await store.handle(fetched([7, 8, 9]))).to.deep.equal({ kind: "seek", offset: 0 });
    expect(await storedOffsets()).to.deep.equal([]);
    expect(await store.handle(fetched([7, 8, 9]))).to.deep.equal({ kind: "done" });
    expect(await storedOffsets()).to.deep.equal([7, 8, 9]);
    expect(await position()).to.equal(10);
  });

  it("goes on from batch to batch", async () => {
    await store.handle(fetched([0, 1]));
    expect(await store.handle(fetched([2, 3]))).to.deep.equal({ kind: "done" });
    expect(await storedOffsets()).to.deep.equal([0, 1, 2, 3]);
  });

  it("seeks back where Kafka's hint is ahead of the ledger", async () => {
    await store.handle(fetched([0, 1]));
    positions.forgetAll();
    expect(await store.handle(fetched([5, 6]))).to.deep.equal({ kind: "seek", offset: 2 });
    expect(await storedOffsets()).to.deep.equal([0, 1]);
    expect(await store.handle(fetched([2, 3, 4, 5, 6]))).to.deep.equal({ kind: "done" });
    expect(await storedOffsets()).to.deep.equal(range(0, 7));
  });

  it("seeks forward where a batch has been stored, and stores no part of one twice", async () => {
    await store.handle(fetched([0, 1, 2]));
    positions.forgetAll();
    expect(await store.handle(fetched([0, 1], { highWatermark: 3 }))).to.deep.equal({
      kind: "seek",
      offset: 3,
    });
    positions.forgetAll();
    expect(await store.handle(fetched([1, 2, 3, 4]))).to.deep.equal({ kind: "done" });
    expect(await storedOffsets()).to.deep.equal(range(0, 5));
  });

  it("accepts a gap in the log after Kafka was asked for what is missing", async () => {
    await store.handle(fetched([0, 1]));
    positions.forgetAll();
    expect(await store.handle(fetched([5, 7]))).to.deep.equal({ kind: "seek", offset: 2 });
    expect(await store.handle(fetched([5, 7]))).to.deep.equal({ kind: "done" });
    expect(await storedOffsets()).to.deep.equal([0, 1, 5, 7]);
    expect(await position()).to.equal(8);
  });

  it("reads on behind Kafka's own control records", async () => {
    expect(await store.handle(fetched([0, 1], { lastOffset: 4, highWatermark: 5 }))).to.deep.equal({
      kind: "done",
    });
    expect(await position()).to.equal(5);
  });

  it("begins anew where the topic was made anew, even where it goes on at the offset that comes next", async () => {
    await store.handle(fetched([0, 1]));
    topicId = newTopic;
    expect(await store.handle(fetched([2, 3]))).to.deep.equal({ kind: "seek", offset: 0 });
    expect(await position()).to.equal(0);
    expect(await store.handle(fetched([0, 1, 2, 3]))).to.deep.equal({ kind: "done" });
    expect(await storedOffsets()).to.deep.equal([0, 1, 0, 1, 2, 3]);
  });

  it("stores nothing of a topic that is gone", async () => {
    await store.handle(fetched([0, 1]));
    topicId = null;
    expect(await store.handle(fetched([2, 3]))).to.deep.equal({ kind: "seek", offset: 2 });
    expect(await storedOffsets()).to.deep.equal([0, 1]);
    expect(await position()).to.equal(2);
  });

  it("goes on at the end of a log that was cut off, and stores no part of it twice", async () => {
    await store.handle(fetched(range(0, 50)));
    bounds.set(0, { first: 0, end: 2 });
    expect(await store.handle(fetched([0, 1]))).to.deep.equal({ kind: "seek", offset: 2 });
    expect(await store.handle(fetched([2, 3]))).to.deep.equal({ kind: "done" });
    expect(await position()).to.equal(4);
    expect(await storedOffsets()).to.deep.equal([...range(0, 50), 2, 3]);
  });

  it("does not take a log for cut off where a new leader knows only later how far it goes", async () => {
    await store.handle(fetched(range(0, 50)));
    positions.forgetAll();
    bounds.set(0, { first: 0, end: 50 });
    expect(await store.handle(fetched([0, 1]))).to.deep.equal({ kind: "seek", offset: 50 });
    expect(await position()).to.equal(50);
    expect(await store.handle(fetched([50, 51]))).to.deep.equal({ kind: "done" });
    expect(await storedOffsets()).to.deep.equal(range(0, 52));
  });

  describe("where no batch comes", () => {
    async function align(all = false, partition = 0): Promise<ReadonlyMap<number, number> | undefined> {
      const kafka = {
        readTopicIds: async () => new Map(topicId === null ? [] : [["topic", topicId]]),
        readLogBounds: async () => new Map([["topic", bounds]]),
      };
      const aligned = { topic: "topic", positions, partitions: [partition], all };
      return (await alignPositions({ pool: pool(), ...kafka }, [aligned])).get("topic");
    }
    beforeEach(() => store.handle(fetched([0, 1, 2])));

    it("finds nothing to correct while the log goes on behind the progress", async () => {
      bounds.set(0, { first: 1, end: 5 });
      expect(await align()).to.deep.equal(new Map());
      expect(await align(true)).to.deep.equal(new Map([[0, 3]]));
    });

    it("goes on where the log begins once Kafka has removed what comes next", async () => {
      bounds.set(0, { first: 9, end: 9 });
      expect(await align()).to.deep.equal(new Map([[0, 9]]));
      expect(await position()).to.equal(9);
      expect(await store.handle(fetched([9]))).to.deep.equal({ kind: "done" });
    });

    it("begins a topic anew that was made anew, and ended where the progress is", async () => {
      bounds.set(0, { first: 0, end: 3 });
      topicId = newTopic;
      expect(await align()).to.deep.equal(new Map([[0, 0]]));
      expect(await store.handle(fetched([0, 1, 2]))).to.deep.equal({ kind: "done" });
    });

    it("takes a log for cut off only when it is so twice", async () => {
      bounds.set(0, { first: 0, end: 1 });
      expect(await align()).to.deep.equal(new Map());
      expect(await position()).to.equal(3);
      expect(await align()).to.deep.equal(new Map([[0, 1]]));
      expect(await position()).to.equal(1);
    });

    it("goes on to send where it sent until a batch comes, as long as there is something unread", async () => {
      bounds.set(0, { first: 0, end: 3 });
      topicId = newTopic;
      for (let n = 0; n < 3; n++) expect(await align()).to.deep.equal(new Map([[0, 0]]));
      await store.handle(fetched([0, 1]));
      expect(await align()).to.deep.equal(new Map());
      expect(await store.handle(fetched([0, 1]))).to.deep.equal({ kind: "seek", offset: 2 });
      expect(await align()).to.deep.equal(new Map([[0, 2]]));
      bounds.set(0, { first: 0, end: 2 });
      expect(await align()).to.deep.equal(new Map());
    });

    it("gives up the chunks of a log that ends before them, and no others", async () => {
      const { chunks } = await plannedRun(pool(), { count: 4, chunkSize: 1 });
      const [lost, justNow, before, elsewhere] = chunks as [Chunk, Chunk, Chunk, Chunk];
      const end = async (chunk: Chunk, endOffset: number, partition = 0): Promise<void> =>
        markChunkProduced(pool(), chunk, { topic: "topic", partition, endOffset, topicId: oldTopic });
      await end(lost, 4);
      await end(before, 3);
      await end(elsewhere, 4, 1);
      await database().asOwner("UPDATE chunks SET produced_at = produced_at - interval '1 minute'");
      await end(justNow, 5);
      bounds.set(0, { first: 0, end: 3 });
      bounds.set(1, { first: 0, end: 3 });
      expect(await align()).to.deep.equal(new Map());
      const { rows } = await pool().query("SELECT index FROM chunks WHERE kafka_end_offset = 0");
      expect(rows).to.deep.equal([{ index: lost.index }]);
    });

    it("enters a partition that was never read", async () => {
      bounds.set(1, { first: 4, end: 9 });
      expect(await align(true, 1)).to.deep.equal(new Map([[1, 4]]));
    });
  });

  it("seeks to where another consumer has come", async () => {
    await store.handle(fetched([0, 1]));
    const other = newConsumer();
    await other.store.handle(fetched([2, 3]));
    expect(await store.handle(fetched([2, 3]))).to.deep.equal({ kind: "seek", offset: 4 });
    expect(await store.handle(fetched([4]))).to.deep.equal({ kind: "done" });
    expect(await storedOffsets()).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it("tells who a message is by its headers", async () => {
    const { run } = await plannedRun(pool(), { count: 2 });
    await store.handle(fetched([0], { messages: [message(0, "no JSON")] }));
    const [own] = recordsOf(run, [0]);
    const headers = { run_id: Buffer.from(run.id), seq: Buffer.from("0") };
    await store.handle(
      fetched([1, 2, 3, 4], {
        messages: [
          message(1, String(own?.value), headers),
          message(2, "no JSON", { ...headers, seq: Buffer.from("1") }),
          message(3, '{"name":"Ann"}', { seq: Buffer.from("1") }),
          message(4, '{"name":"Bea"}', { replay_of: Buffer.from("1") }),
        ],
      }),
    );
    expect(await currentRun(pool(), run.id)).to.include({ status: "completed", stored: 1, deadLettered: 1 });
    const { rows } = await pool().query(
      "SELECT reason, resolved_at IS NOT NULL AS resolved FROM dead_letters ORDER BY id",
    );
    expect(rows).to.deep.equal([
      { reason: "not_json", resolved: true },
      { reason: "not_json", resolved: false },
      { reason: "invalid_headers", resolved: false },
    ]);
  });

  describe("comparing records with what their run asked for", () => {
    const headersOf = (runId: string, seq: number) => ({
      run_id: Buffer.from(runId),
      seq: Buffer.from(String(seq)),
    });
    const errors = async (): Promise<unknown[]> =>
      (await pool().query("SELECT seq, error FROM users_raw ORDER BY kafka_offset")).rows;

    it("flags what lacks a field of its own run, and leaves other producers' alone", async () => {
      const names = (await plannedRun(pool(), { fields: ["name"] })).run;
      const cities = (await plannedRun(pool(), { fields: ["name", "city"], seed: 8 })).run;
      const value = '{"name":"Ann"}';
      const messages = [
        message(0, value, headersOf(names.id, 0)),
        message(1, value, headersOf(cities.id, 1)),
        message(2, value, headersOf(names.id, 2)),
        message(3, value),
        message(4, '{"name":"Ann","city":null}', headersOf(cities.id, 4)),
        message(5, value, headersOf(cities.id, 5)),
        message(6, value, headersOf("00000000-0000-7000-8000-000000000000", 0)),
      ];
      await store.handle(fetched(range(0, 7), { messages }));
      expect(await errors()).to.deep.equal([
        { seq: 0, error: null },
        { seq: 1, error: "city: missing" },
        { seq: 2, error: null },
        { seq: null, error: null },
        { seq: 4, error: null },
        { seq: 5, error: "city: missing" },
      ]);
      expect((await currentRun(pool(), cities.id)).flagged).to.equal(2);
    });

    it("asks the ledger once a run", async () => {
      const { run } = await plannedRun(pool(), { fields: ["name", "city"], count: 20 });
      const value = (seq: number): string =>
        seq % 2 === 0 ? '{"name":"Ann","city":"Ulm"}' : '{"city":"Ulm"}';
      const part = (first: number, end: number) =>
        fetched(range(first, end), {
          messages: range(first, end).map((seq) => message(seq, value(seq), headersOf(run.id, seq))),
        });
      await store.handle(part(0, 5));
      // Whatever it says now, it was asked for before.
      await pool().query("UPDATE runs SET fields = '{job}'");
      await store.handle(part(5, 20));
      expect(await errors()).to.deep.equal(
        range(0, 20).map((seq) => ({ seq, error: seq % 2 === 0 ? null : "name: missing" })),
      );
    });

    it("takes a batch with more runs than it remembers", async () => {
      const { rows: runs } = await pool().query<{ id: string }>(
        `WITH added AS (
           INSERT INTO runs (record_type, record_type_version, status, requested, fields, seed, reference_date, chunk_size,
                             planned_chunks, started_at)
           SELECT 'user', 1, 'running', 1, '{name,city}', n, now(), 1, 1, now() FROM generate_series(1, 1050) AS n
           RETURNING id),
         planned AS (INSERT INTO chunks (run_id, index, first_seq, end_seq) SELECT id, 0, 0, 1 FROM added)
         SELECT id FROM added`,
      );
      const messages = runs.map(({ id }, offset) => message(offset, '{"name":"Ann"}', headersOf(id, 0)));
      await store.handle(fetched(range(0, messages.length), { messages }));
      const { rows } = await pool().query("SELECT error, count(*) AS rows FROM users_raw GROUP BY error");
      expect(rows).to.deep.equal([{ error: "city: missing", rows: 1_050 }]);
    });
  });

  describe("while PostgreSQL is out of order", () => {
    /** Ends every transaction that would write a row, as an outage would. */
    const breakDown = () =>
      database().asOwner(`
        CREATE FUNCTION out_of_order() RETURNS trigger LANGUAGE plpgsql
          AS $$ BEGIN RAISE EXCEPTION 'out of order' USING ERRCODE = 'admin_shutdown'; END $$;
        CREATE TRIGGER out_of_order BEFORE INSERT ON users_raw FOR EACH ROW EXECUTE FUNCTION out_of_order()`);
    const repair = () => database().asOwner("DROP FUNCTION out_of_order CASCADE");

    it("tries again, keeping its membership alive, and stores everything once it is back", async () => {
      await breakDown();
      const { log, lines } = keptLog();
      ({ store } = newConsumer(log));
      let heartbeats = 0;
      const handled = store.handle(
        fetched([0, 1], {
          heartbeat: async () => {
            heartbeats += 1;
          },
        }),
      );
      await eventually(() => expect(heartbeats).to.be.at.least(2));
      expect(await storedOffsets()).to.deep.equal([]);
      await repair();
      expect(await handled).to.deep.equal({ kind: "done" });
      expect(await storedOffsets()).to.deep.equal([0, 1]);
      expect(lines.some((line) => line.msg === "storing failed, trying again")).to.equal(true);
    });

    it("goes on after every connection was cut", async () => {
      await store.handle(fetched([0]));
      await pool().query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      expect(await store.handle(fetched([1]))).to.deep.equal({ kind: "done" });
      expect(await storedOffsets()).to.deep.equal([0, 1]);
    });

    it("gives up a batch that has become stale", async () => {
      await breakDown();
      let stale = false;
      const handled = store.handle(fetched([0], { isStale: () => stale }));
      stale = true;
      expect(await handled).to.deep.equal({ kind: "dropped" });
      await repair();
      expect(await storedOffsets()).to.deep.equal([]);
    });
  });

  it("fails, instead of trying for ever, at a mistake of its own", async () => {
    await database().asOwner("ALTER TABLE consumer_progress RENAME COLUMN next_offset TO next");
    expect((await rejection(store.handle(fetched([0])))).message).to.include("next_offset");
  });

  /** A store whose transactions throw what this returns, where it returns something. */
  function failingStore(failure: (batch: Batch) => unknown, log = silentLog): MessageStore {
    return createMessageStore({
      ...{ pool: pool(), topic: "topic", reader: createRecordReader(userType, 1), positions, log },
      onOutdated: () => undefined,
      onUnfit: () => undefined,
      storeBatch: async (...args) => {
        const error = failure(args[2]);
        if (error !== undefined) throw error;
        return storeBatch(...args);
      },
    });
  }

  const bugs = [
    new SyntaxError("Unexpected token"),
    new ReferenceError("x is not defined"),
    new TypeError("x is not a function"),
    new RangeError("Invalid array length"),
    new AssertionError({ message: "a row when it was read first" }),
    "a text",
  ];
  for (const bug of bugs) {
    it(`fails at ${bug instanceof Error ? `a ${bug.name}` : "what is no error"} that no message is to blame for`, async () => {
      const failed = await failingStore(() => bug)
        .handle(fetched([0, 1]))
        .catch((error: unknown) => error);
      expect(failed).to.equal(bug);
      expect(await letters()).to.deep.equal([]);
    });
  }

  it("tries again after a plain error, as which pg reports a lost connection", async () => {
    const errors = [new Error("Connection terminated unexpectedly")];
    const lost = failingStore(() => errors.pop());
    expect(await lost.handle(fetched([0]))).to.deep.equal({ kind: "done" });
    expect(await storedOffsets()).to.deep.equal([0]);
  });

  describe("where a message is to blame", () => {
    /** Clean messages, and at these offsets one that brings about what was prepared. */
    const withBombs = (count: number, bombs: readonly number[], more: Partial<FetchedBatch> = {}) =>
      fetched(range(0, count), {
        messages: range(0, count).map((offset) =>
          message(offset, bombs.includes(offset) ? bomb : `{"name":"${offset}"}`),
        ),
        ...more,
      });
    const without = (count: number, bombs: readonly number[]): number[] =>
      range(0, count).filter((offset) => !bombs.includes(offset));
    const isBombIn = ({ parts }: Batch): boolean =>
      parts.some(
        (part) =>
          part.kind === "message" &&
          part.message.verdict === undefined &&
          part.message.raw.value?.equals(Buffer.from(bomb)),
      );

    for (const state of [
      "out_of_memory",
      "query_canceled",
      "internal_error",
      "feature_not_supported",
      "too_many_columns",
    ]) {
      it(`narrows ${state} down to the messages that bring it about`, async () => {
        await explode(`RAISE EXCEPTION 'too much' USING ERRCODE = '${state}'`);
        const bombs = [0, 57, 58, 198];
        expect(await store.handle(withBombs(200, bombs))).to.deep.equal({ kind: "done" });
        expect(await storedOffsets()).to.deep.equal(without(200, bombs));
        expect(await position()).to.equal(200);
        const found = await letters();
        expect(found.map(({ offset }) => offset)).to.deep.equal(bombs);
        for (const { reason, detail, payload } of found) {
          expect(reason).to.equal("rejected_by_database");
          expect(detail).to.match(/^PostgreSQL: too much \(SQLSTATE /);
          expect(payload?.toString()).to.equal(bomb);
        }
      });
    }

    it("gives every message its outcome where all are", async () => {
      await explode("RAISE EXCEPTION 'too much' USING ERRCODE = 'out_of_memory'");
      expect(await store.handle(withBombs(60, range(0, 59)))).to.deep.equal({ kind: "done" });
      expect(await storedOffsets()).to.deep.equal([59]);
      expect((await letters()).map(({ offset }) => offset)).to.deep.equal(range(0, 59));
    });

    it("narrows a statement's timeout down to the message that takes the time", async () => {
      await explode("PERFORM pg_sleep(60)");
      await withPool({ transactionTimeoutMs: 2_000 }, async (quick) => {
        ({ store } = newConsumer(silentLog, quick));
        expect(await store.handle(withBombs(4, [2]))).to.deep.equal({ kind: "done" });
      });
      expect(await storedOffsets()).to.deep.equal([0, 1, 3]);
      expect(await letters()).to.have.length(1);
      expect((await letters())[0]?.detail).to.match(/timeout/);
    });

    it("narrows connections that are lost over a message down to it", async () => {
      const lost = failingStore((batch) =>
        isBombIn(batch) ? new Error("Connection terminated unexpectedly") : undefined,
      );
      expect(await lost.handle(withBombs(50, [20]))).to.deep.equal({ kind: "done" });
      expect(await storedOffsets()).to.deep.equal(without(50, [20]));
      expect(await letters()).to.deep.include.members([
        {
          offset: 20,
          reason: "processing_failed",
          detail: "Error: Connection terminated unexpectedly",
          payload: Buffer.from(bomb),
        },
      ]);
    });

    for (const bug of bugs) {
      it(`narrows ${bug instanceof Error ? `a ${bug.name}` : "what is no error"} down to it, and logs it as an error`, async () => {
        const { log, lines } = keptLog();
        const failing = failingStore((batch) => (isBombIn(batch) ? bug : undefined), log);
        expect(await failing.handle(withBombs(50, [49]))).to.deep.equal({ kind: "done" });
        expect(await storedOffsets()).to.deep.equal(range(0, 49));
        const [letter] = await letters();
        expect(letter).to.include({ offset: 49, reason: "processing_failed" });
        expect(letter?.detail).to.equal(bug instanceof Error ? `${bug.name}: ${bug.message}` : bug);
        expect(lines).to.satisfy((all: typeof lines) =>
          all.some(({ level, fromOffset, messages }) => level === 50 && fromOffset === 49 && messages === 1),
        );
      });
    }

    it("keeps of one that cannot even be kept where it was, and that it is not kept", async () => {
      await explode("RAISE EXCEPTION 'too much' USING ERRCODE = 'out_of_memory'");
      await database().asOwner(
        `ALTER TABLE dead_letters ADD CONSTRAINT no_bombs CHECK (coalesce(convert_from(payload, 'UTF8'), '') <> '${bomb}')`,
      );
      expect(await store.handle(withBombs(3, [1]))).to.deep.equal({ kind: "done" });
      expect(await storedOffsets()).to.deep.equal([0, 2]);
      expect(await letters()).to.deep.equal([
        {
          offset: 1,
          reason: "not_kept",
          detail: "not even its bytes can be stored: PostgreSQL: too much (SQLSTATE 53200)",
          payload: null,
        },
      ]);
    });

    it("counts it in its run, and completes that", async () => {
      const { run } = await plannedRun(pool(), { count: 2 });
      const headersOf = (seq: number) => ({ run_id: Buffer.from(run.id), seq: Buffer.from(String(seq)) });
      await explode("RAISE EXCEPTION 'too much' USING ERRCODE = 'out_of_memory'");
      const messages = [message(0, bomb, headersOf(0)), message(1, '{"name":"Ann"}', headersOf(1))];
      await store.handle(fetched([0, 1], { messages }));
      expect(await currentRun(pool(), run.id)).to.include({
        status: "completed",
        stored: 1,
        deadLettered: 1,
      });
      // The same again is the same outcome; something else under its number is not.
      await store.handle(
        fetched([2, 3], { messages: [message(2, bomb, headersOf(0)), message(3, bomb, headersOf(1))] }),
      );
      expect((await letters()).map(({ reason }) => reason)).to.deep.equal([
        "rejected_by_database",
        "identity_conflict",
      ]);
    });

    it("compares no message with an outcome that its number has, where comparing fails", async () => {
      const { run } = await plannedRun(pool(), { count: 10 });
      const headers = { run_id: Buffer.from(run.id), seq: Buffer.from("0") };
      await store.handle(fetched([0], { messages: [message(0, '{"name":"Ann"}', headers)] }));
      const failing = failingStore((batch) =>
        isBombIn(batch) ? new RangeError("Invalid string length") : undefined,
      );
      await failing.handle(
        fetched([1, 2], { messages: [message(1, bomb, headers), message(2, '{"name":"Bea"}')] }),
      );
      expect(await storedOffsets()).to.deep.equal([0, 2]);
      expect(await letters()).to.deep.equal([
        {
          offset: 1,
          reason: "processing_failed",
          detail: "RangeError: Invalid string length",
          payload: Buffer.from(bomb),
        },
      ]);
      expect(await currentRun(pool(), run.id)).to.include({ stored: 1, deadLettered: 0 });
    });

    it("leaves a dead letter whose replay fails so what it is, with the newest reason", async () => {
      await store.handle(fetched([0], { messages: [message(0, "no JSON")] }));
      await explode("RAISE EXCEPTION 'too much' USING ERRCODE = 'out_of_memory'");
      const { rows } = await pool().query<{ id: number }>("SELECT id FROM dead_letters");
      const headers = { replay_of: Buffer.from(String(rows[0]?.id)) };
      await store.handle(fetched([1, 2], { messages: [message(1, bomb, headers), message(2, "{}")] }));
      expect(await letters()).to.deep.equal([
        {
          offset: 0,
          reason: "rejected_by_database",
          detail: "PostgreSQL: too much (SQLSTATE 53200)",
          payload: Buffer.from("no JSON"),
        },
      ]);
    });
  });

  describe("where others are to blame", () => {
    const states = [
      "disk_full",
      "too_many_connections",
      "lock_not_available",
      "deadlock_detected",
      "io_error",
    ];
    for (const state of states) {
      it(`dead-letters nothing for ${state}, and waits`, async () => {
        await explode(`RAISE EXCEPTION 'not now' USING ERRCODE = '${state}'`);
        let heartbeats = 0;
        const handled = store.handle(
          fetched([0], {
            messages: [message(0, bomb)],
            heartbeat: async () => {
              heartbeats += 1;
            },
          }),
        );
        await eventually(() => expect(heartbeats).to.be.at.least(4));
        expect(await letters()).to.deep.equal([]);
        await database().asOwner("DROP FUNCTION explode CASCADE");
        expect(await handled).to.deep.equal({ kind: "done" });
        expect(await storedOffsets()).to.deep.equal([0]);
        expect(await letters()).to.deep.equal([]);
      });
    }

    for (const [what, lock] of [
      ["the table of the rows", () => "LOCK TABLE users_raw"],
      ["the run", (id: string) => `SELECT FROM runs WHERE id = '${id}' FOR UPDATE`],
      ["the chunk", (id: string) => `SELECT FROM chunks WHERE run_id = '${id}' FOR UPDATE`],
    ] as const) {
      it(`dead-letters nothing while somebody else has ${what} locked`, async () => {
        const { run } = await plannedRun(pool(), { count: 1 });
        const headers = { run_id: Buffer.from(run.id), seq: Buffer.from("0") };
        const owner = new pg.Client({ connectionString: database().ownerUrl });
        await owner.connect();
        await owner.query("BEGIN");
        await owner.query(lock(run.id));
        await withPool({ transactionTimeoutMs: 5_000, lockTimeoutMs: 200 }, async (impatient) => {
          const { log, lines } = keptLog();
          ({ store } = newConsumer(log, impatient));
          const handled = store.handle(fetched([0], { messages: [message(0, '{"name":"Ann"}', headers)] }));
          await eventually(() => expect(lines.length).to.be.at.least(5));
          await owner.query("ROLLBACK");
          await owner.end();
          expect(await handled).to.deep.equal({ kind: "done" });
        });
        expect(await storedOffsets()).to.deep.equal([0]);
        expect(await letters()).to.deep.equal([]);
      });
    }
  });

  it("leaves a message unread that is too large, counts it as its headers say, and goes on behind it", async () => {
    const { run } = await plannedRun(pool(), { count: 1 });
    const headers = { run_id: Buffer.from(run.id), seq: Buffer.from("0") };
    const tooLarge = JSON.stringify({ name: "Ann", x: "x".repeat(5_000_000) });
    const messages = [message(0, "{}"), message(1, tooLarge, headers), message(2, "{}")];
    expect(await store.handle(fetched([0, 1, 2], { messages }))).to.deep.equal({ kind: "done" });
    expect(await storedOffsets()).to.deep.equal([0, 2]);
    expect(await letters()).to.deep.equal([
      {
        offset: 1,
        reason: "not_kept",
        detail: `it has ${tooLarge.length} bytes, and 4194304 at most are read`,
        payload: null,
      },
    ]);
    expect(await currentRun(pool(), run.id)).to.include({ status: "completed", deadLettered: 1 });
  });

  it("gives back the buffers of rows that were not stored", async () => {
    const { run } = await plannedRun(pool(), { count: 10 });
    const [own] = recordsOf(run, [0]);
    const headers = { run_id: Buffer.from(run.id), seq: Buffer.from("0") };
    const messages = [message(0, String(own?.value), headers)];
    let stale = false;
    const seen: BinaryRows[] = [];
    const failing = failingStore(({ rows }) => {
      expect(rows.slice(0, 1).length).to.be.above(100);
      seen.push(rows);
      stale = true;
      return new Error("Connection terminated unexpectedly");
    });
    const verdict = await failing.handle(fetched([0], { messages, isStale: () => stale }));
    expect(verdict).to.deep.equal({ kind: "dropped" });
    expect(seen.map((rows) => rows.slice(0, 1).length)).to.deep.equal([0]);
  });
});

/** What a trigger of the tests takes offence at. */
const bomb = '{"name":"bomb"}';
