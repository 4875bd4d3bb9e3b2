import { AssertionError } from "node:assert";
import { expect } from "chai";
import type { FetchedBatch } from "../../kafka/consume.ts";
import type { LogBounds } from "../../kafka/inspect.ts";
import { readProgress } from "../../ledger/consumer-progress.ts";
import { storeBatch } from "../../ledger/store-batch.ts";
import { userType } from "../../records/user.ts";
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
  function newConsumer(log = silentLog): { positions: Positions; store: MessageStore } {
    const topic = "topic";
    const own = createPositions({
      ...{ pool: pool(), topic, log },
      readTopicId: async () => topicId,
      readLogBounds: async () => bounds,
    });
    return {
      positions: own,
      store: createMessageStore({ pool: pool(), topic, type: userType, positions: own, concurrency: 1, log }),
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
    const align = (all = false) => positions.align([0], { all });
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

    it("enters a partition that was never read", async () => {
      bounds.set(1, { first: 4, end: 9 });
      expect(await positions.align([1], { all: true })).to.deep.equal(new Map([[1, 4]]));
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

  /** A store at which the first transaction throws this, and the others do not. */
  function failingOnce(error: unknown): MessageStore {
    let failed = false;
    return createMessageStore({
      ...{ pool: pool(), topic: "topic", type: userType, positions, concurrency: 1, log: silentLog },
      storeBatch: (...batch) => {
        if (failed) return storeBatch(...batch);
        failed = true;
        throw error;
      },
    });
  }

  for (const bug of [
    new SyntaxError("Unexpected token"),
    new ReferenceError("x is not defined"),
    new TypeError("x is not a function"),
    new RangeError("Invalid array length"),
    new AssertionError({ message: "a row when it was read first" }),
    "a text",
  ]) {
    it(`fails at once at ${bug instanceof Error ? `a ${bug.name}` : "what is no error"}`, async () => {
      const failed = await failingOnce(bug)
        .handle(fetched([0]))
        .catch((error: unknown) => error);
      expect(failed).to.equal(bug);
    });
  }

  it("tries again after a plain error, as which pg reports a lost connection", async () => {
    const lost = failingOnce(new Error("Connection terminated unexpectedly"));
    expect(await lost.handle(fetched([0]))).to.deep.equal({ kind: "done" });
    expect(await storedOffsets()).to.deep.equal([0]);
  });
});
