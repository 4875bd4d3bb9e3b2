import { expect } from "chai";
import type { FetchedBatch } from "../../kafka/consume.ts";
import { readProgress } from "../../ledger/consumer-progress.ts";
import { userType } from "../../records/user.ts";
import { createMessageStore, type MessageStore } from "../../workers/store-messages.ts";
import { range, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { keptLog, silentLog } from "../setup/log.ts";
import { rejection } from "../setup/rejection.ts";
import { currentRun, plannedRun } from "../setup/runs.ts";

describe("storing what was fetched", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;
  let store: MessageStore;

  const newStore = (log = silentLog): MessageStore =>
    createMessageStore({ pool: pool(), topic: "topic", type: userType, log });
  beforeEach(() => {
    store = newStore();
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
  const position = (): Promise<number> => readProgress(pool(), "topic", 0, 0);

  it("begins a partition that was never read where Kafka's log begins", async () => {
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
    store.forget();
    expect(await store.handle(fetched([5, 6]))).to.deep.equal({ kind: "seek", offset: 2 });
    expect(await storedOffsets()).to.deep.equal([0, 1]);
    expect(await store.handle(fetched([2, 3, 4, 5, 6]))).to.deep.equal({ kind: "done" });
    expect(await storedOffsets()).to.deep.equal(range(0, 7));
  });

  it("seeks forward where a batch has been stored, and stores no part of one twice", async () => {
    await store.handle(fetched([0, 1, 2]));
    store.forget();
    expect(await store.handle(fetched([0, 1], { highWatermark: 3 }))).to.deep.equal({
      kind: "seek",
      offset: 3,
    });
    store.forget();
    expect(await store.handle(fetched([1, 2, 3, 4]))).to.deep.equal({ kind: "done" });
    expect(await storedOffsets()).to.deep.equal(range(0, 5));
  });

  it("accepts a gap in the log after Kafka was asked for what is missing", async () => {
    await store.handle(fetched([0, 1]));
    store.forget();
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

  it("begins anew where the topic was made anew", async () => {
    await store.handle(fetched(range(0, 50)));
    store.forget();
    expect(await store.handle(fetched([0, 1]))).to.deep.equal({ kind: "done" });
    expect(await position()).to.equal(2);
    expect(await storedOffsets()).to.deep.equal([...range(0, 50), 0, 1]);
  });

  it("seeks to where another consumer has come", async () => {
    await store.handle(fetched([0, 1]));
    const other = newStore();
    await other.handle(fetched([2, 3]));
    expect(await store.handle(fetched([2, 3]))).to.deep.equal({ kind: "seek", offset: 4 });
    expect(await store.handle(fetched([4]))).to.deep.equal({ kind: "done" });
    expect(await storedOffsets()).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it("tells who a message is by its headers", async () => {
    const { run } = await plannedRun(pool(), { count: 2 });
    await storeNext(pool(), [{ identity: { kind: "foreign" }, value: "no JSON" }]);
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

  describe("while PostgreSQL is out of order", () => {
    /** Ends every transaction that would write a row, as an outage would. */
    const breakDown = () =>
      pool().query(`
        CREATE FUNCTION out_of_order() RETURNS trigger LANGUAGE plpgsql
          AS $$ BEGIN RAISE EXCEPTION 'out of order' USING ERRCODE = 'admin_shutdown'; END $$;
        CREATE TRIGGER out_of_order BEFORE INSERT ON users_raw FOR EACH ROW EXECUTE FUNCTION out_of_order()`);
    const repair = () => pool().query("DROP FUNCTION out_of_order CASCADE");

    it("tries again, keeping its membership alive, and stores everything once it is back", async () => {
      await breakDown();
      const { log, lines } = keptLog();
      store = newStore(log);
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
    await pool().query("ALTER TABLE consumer_progress RENAME COLUMN next_offset TO next");
    expect((await rejection(store.handle(fetched([0])))).message).to.include("next_offset");
  });
});
