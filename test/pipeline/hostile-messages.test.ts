import { expect } from "chai";
import type { IHeaders, Kafka } from "kafkajs";
import pg from "pg";
import { createKafka } from "../../kafka/client.ts";
import { createMessageProducer, type MessageProducer } from "../../kafka/produce.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { createHostileMessages, type HostileMessage, type Outcome } from "../setup/hostile-messages.ts";
import { silentLog } from "../setup/log.ts";
import { ownMegabytes, peakMegabytes } from "../setup/memory.ts";
import { currentRun, plannedRun } from "../setup/runs.ts";
import { topic, untilAllIsRead } from "./kafka-faults.ts";
import { startTestStack, type TestStack } from "./test-stack.ts";

const partitions = 2;
const seed = 13;
const hostileMessages = 21_000;
const claimedNumbers = 1_500;

/** A consumer's heap of 192 MB, what it has fetched and is writing, and Node itself. */
const consumerMegabytes = 300;
/** Of each process of PostgreSQL that works for a consumer, beside the buffers that all of them share. */
const backendMegabytes = 100;
/** How long a clean message may have to wait behind hostile ones. */
const cleanWithinMs = 60_000;

type Sendable = Pick<HostileMessage, "value"> & { readonly key?: Buffer; readonly headers?: IHeaders };

describe("hostile messages", function () {
  this.timeout(400_000);
  let stack: TestStack;
  let kafka: Kafka;
  let producer: MessageProducer;
  let owner: pg.Client;
  let runId: string;
  let consumerPid: number | undefined;
  let backendPeak = 0;
  let watching: NodeJS.Timeout;
  /** `partition/offset` -> what is to become of the message there. */
  const due = new Map<string, { readonly what: string; readonly becomes: Outcome }>();

  before(async () => {
    stack = await startTestStack({
      workers: 1,
      consumers: 1,
      environment: { KAFKA_PARTITIONS: String(partitions) },
    });
    const brokers = stack.urls.KAFKA_BROKERS.split(",");
    kafka = createKafka({ brokers, clientId: "test", log: silentLog });
    producer = createMessageProducer(
      kafka,
      { partitions, replicationFactor: 1, brokers },
      { retries: 5, maxRetryTimeMs: 500 },
    );
    owner = new pg.Client({ connectionString: stack.urls.MIGRATION_DATABASE_URL });
    owner.on("error", () => undefined);
    await owner.connect();
    runId = await planUnmadeRun();
    consumerPid = stack.pid("consumer");
    watching = setInterval(() => void watchBackends(), 200);
  });
  after(async () => {
    clearInterval(watching);
    await owner.end();
    await producer.close();
    await stack.stop();
  });

  /** A run whose records no worker makes: for the ledger Kafka has them already. */
  async function planUnmadeRun(): Promise<string> {
    stack.signal("worker", "SIGSTOP");
    try {
      const { run } = await plannedRun(stack.pool, { count: claimedNumbers + 2, chunkSize: 500 });
      await stack.pool.query(
        `WITH produced AS (
           UPDATE chunks SET produced_at = clock_timestamp(), kafka_partition = 0, kafka_end_offset = 9007199254740991
            WHERE run_id = $1 RETURNING end_seq - first_seq AS records)
         UPDATE runs SET produced = (SELECT sum(records) FROM produced) WHERE id = $1`,
        [run.id],
      );
      return run.id;
    } finally {
      stack.signal("worker", "SIGCONT");
    }
  }

  async function watchBackends(): Promise<void> {
    const { rows } = await stack.pool
      .query<{ pid: number }>("SELECT pid FROM pg_stat_activity WHERE application_name = 'consumer'")
      .catch(() => ({ rows: [] }));
    for (const { pid } of rows) {
      try {
        backendPeak = Math.max(backendPeak, ownMegabytes(pid));
      } catch {
        // It has ended since.
      }
    }
  }

  async function send(partition: number, messages: readonly Sendable[]): Promise<number> {
    const end = await producer.send(
      topic,
      partition,
      messages.map(({ key = null, value, headers = {} }) => ({ partition, key, value, headers })),
    );
    return end - messages.length;
  }

  /** Sends messages in few batches, and notes what is to become of each. */
  async function sendAll(partition: number, messages: readonly HostileMessage[]): Promise<void> {
    let batch: HostileMessage[] = [];
    let bytes = 0;
    const flush = async (): Promise<void> => {
      if (batch.length === 0) return;
      const base = await send(partition, batch);
      for (const [index, { what, becomes }] of batch.entries()) {
        due.set(`${partition}/${base + index}`, { what, becomes });
      }
      batch = [];
      bytes = 0;
    };
    for (const message of messages) {
      batch.push(message);
      bytes += sizeOf(message);
      if (bytes > 1_000_000 || batch.length === 2_000) await flush();
    }
    await flush();
  }

  /** Sends a clean message to each partition, which must become a row in time. */
  async function expectCleanBehind(): Promise<void> {
    for (let partition = 0; partition < partitions; partition++) {
      const offset = await send(partition, [{ value: Buffer.from('{"name":"Clean"}') }]);
      due.set(`${partition}/${offset}`, { what: "a clean message", becomes: "row" });
      await waitUntil(
        `the clean message behind those in partition ${partition}`,
        async () => {
          const { rows } = await stack.pool.query(
            "SELECT error FROM users_raw WHERE kafka_partition = $1 AND kafka_offset = $2",
            [partition, offset],
          );
          expect(rows).to.deep.equal([{ error: null }]);
        },
        { timeoutMs: cleanWithinMs, everyMs: 200 },
      );
    }
  }

  /** Every message has just what is due to it, and nothing else is there. */
  async function expectOutcomes(): Promise<void> {
    const { rows } = await stack.pool.query<{ place: string; found: Outcome }>(
      `SELECT kafka_partition || '/' || kafka_offset AS place, 'row' AS found FROM users_raw
        UNION ALL
       SELECT kafka_partition || '/' || kafka_offset, 'letter' FROM dead_letters`,
    );
    const found = new Map<string, string>();
    for (const { place, found: one } of rows) found.set(place, `${found.get(place) ?? ""}${one}`);
    const wrong = [...due].flatMap(([place, { what, becomes }]) => {
      const is = found.get(place) ?? "absorbed";
      return is === becomes ? [] : [`${what} at ${place} is due to be ${becomes}, and is ${is}`];
    });
    expect(wrong.slice(0, 10), `of ${due.size} messages`).to.deep.equal([]);
    expect([...found.keys()].filter((place) => !due.has(place)).slice(0, 10)).to.deep.equal([]);
  }

  it("have one outcome each, and hold up nobody", async () => {
    const next = createHostileMessages(seed, { id: runId, count: claimedNumbers });
    const ofPartition: HostileMessage[][] = Array.from({ length: partitions }, () => []);
    for (let group = 0, count = 0; count < hostileMessages; group++) {
      const messages = next(group);
      ofPartition[group % partitions]?.push(...messages);
      count += messages.length;
    }
    await Promise.all(ofPartition.map((messages, partition) => sendAll(partition, messages)));
    await untilAllIsRead(stack, kafka);
    await expectCleanBehind();
    expect(due.size).to.be.at.least(20_000);
    await expectOutcomes();
  });

  it("may be 9,000 numbers of 131,072 digits, twice under one identity", async () => {
    const bomb = Buffer.from(`{"name":"Bomb","n":[${Array(9_000).fill("1e131071").join(",")}]}`);
    const message = { what: "a bomb", key: Buffer.from("bomb"), value: bomb };
    const headers = { run_id: runId, seq: String(claimedNumbers) };
    await sendAll(0, [
      { ...message, headers, becomes: "row" },
      { ...message, headers, becomes: "absorbed" },
      {
        ...message,
        headers,
        value: Buffer.from(bomb.toString().replaceAll(",", " , ")),
        becomes: "absorbed",
      },
      {
        ...message,
        headers,
        value: Buffer.from(bomb.toString().replace("1e131071", "1e131070")),
        becomes: "letter",
      },
    ]);
    await expectCleanBehind();
    await expectOutcomes();
  });

  it("may be 20,000 numbers beyond PostgreSQL's, one after the other", async () => {
    const message = {
      what: "a number",
      key: Buffer.from("number"),
      value: Buffer.from('{"name":"x","n":1e400000}'),
    };
    await sendAll(
      0,
      Array.from({ length: 20_000 }, () => ({ ...message, headers: {}, becomes: "row" as const })),
    );
    await expectCleanBehind();
    await expectOutcomes();
  });

  it("may all be refused by PostgreSQL, for a reason that nothing here knows", async () => {
    await owner.query(
      "ALTER TABLE users_raw ADD CONSTRAINT no_such_job CHECK (job IS DISTINCT FROM 'refused') NOT VALID",
    );
    const message = { what: "a job", key: Buffer.from("job"), value: Buffer.from('{"job":"refused"}') };
    await sendAll(
      1,
      Array.from({ length: 10_000 }, () => ({ ...message, headers: {}, becomes: "letter" as const })),
    );
    await expectCleanBehind();
    await expectOutcomes();
    await owner.query("ALTER TABLE users_raw DROP CONSTRAINT no_such_job");
  });

  it("leave the run complete whose numbers they claim, and the ledger balanced", async () => {
    await sendAll(0, [
      {
        what: "the last number",
        key: Buffer.from("last"),
        value: Buffer.from('{"name":"Ann"}'),
        headers: { run_id: runId, seq: String(claimedNumbers + 1) },
        becomes: "row",
      },
    ]);
    await untilAllIsRead(stack, kafka);
    const { status, stored, deadLettered } = await currentRun(stack.pool, runId);
    expect({ status, accounted: stored + deadLettered }).to.deep.equal({
      status: "completed",
      accounted: claimedNumbers + 2,
    });
    await stack.alteredRows(runId);
    await expectOutcomes();
  });

  it("may be sent again, as they came and mended", async () => {
    const count = async (): Promise<unknown> =>
      (await stack.pool.query("SELECT count(*) AS letters FROM dead_letters")).rows[0];
    const lettersBefore = await count();
    for (const patch of [false, true]) {
      let before: number | null = null;
      do {
        const page = { limit: 10_000, ...(before === null ? {} : { before }) };
        const response = await stack.post("/api/dead-letters/replay", { all: true, patch, ...page });
        expect(response.status).to.equal(200);
        const sent = (await response.json()) as {
          readonly replayed: number;
          readonly nextBefore: number | null;
        };
        expect(sent.replayed).to.be.above(0);
        before = sent.nextBefore;
      } while (before !== null);
      await untilAllIsRead(stack, kafka);
    }
    expect(await count()).to.deep.equal(lettersBefore);
    const { rows } = await stack.pool.query<{ mended: number; failed: number; untouched: number }>(
      `SELECT count(*) FILTER (WHERE resolved_at IS NOT NULL) AS mended,
              count(*) FILTER (WHERE resolved_at IS NULL AND replays > 0) AS failed,
              count(*) FILTER (WHERE resolved_at IS NULL AND replays = 0) AS untouched
         FROM dead_letters`,
    );
    expect(rows[0]?.mended).to.be.above(1_000);
    expect(rows[0]?.failed).to.be.above(1_000);
    expect(rows[0]?.untouched).to.equal(0);
    await stack.alteredRows(runId);
  });

  it("have ended no process, and taken no more memory than is stated", () => {
    expect(stack.pid("consumer")).to.be.a("number").and.to.equal(consumerPid);
    expect(peakMegabytes(consumerPid as number), "the consumer's megabytes").to.be.below(consumerMegabytes);
    expect(backendPeak, "the megabytes of its backend").to.be.within(1, backendMegabytes);
  });

  it("may even kill PostgreSQL's process whenever they are stored", async () => {
    await owner.query(`
      CREATE FUNCTION sleep_on_bombs() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN IF NEW.name = 'bomb' THEN PERFORM pg_sleep(60); END IF; RETURN NEW; END $$;
      CREATE TRIGGER sleep_on_bombs BEFORE INSERT ON users_raw FOR EACH ROW EXECUTE FUNCTION sleep_on_bombs()`);
    let kills = 0;
    const killing = setInterval(async () => {
      const { rows } = await stack.pool
        .query<{ pid: number }>("SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
        .catch(() => ({ rows: [] }));
      for (const { pid } of rows) {
        process.kill(pid, "SIGKILL");
        kills += 1;
      }
    }, 50);
    try {
      const clean = Array.from({ length: 50 }, () => ({ value: Buffer.from('{"name":"Clean"}') }));
      const offset = await send(0, [...clean, { value: Buffer.from('{"name":"bomb"}') }, ...clean]);
      await waitUntil(
        "the message to be a dead letter and those behind it to be rows",
        async () => {
          const { rows } = await stack.pool.query(
            `SELECT (SELECT count(*) FROM users_raw WHERE kafka_partition = 0 AND kafka_offset >= $1) AS rows,
                    array(SELECT (kafka_offset - $1)::integer FROM dead_letters WHERE kafka_partition = 0 AND kafka_offset >= $1) AS letters`,
            [offset],
          );
          expect(rows).to.deep.equal([{ rows: 100, letters: [50] }]);
        },
        { timeoutMs: 120_000, everyMs: 500 },
      );
      expect(kills).to.be.above(3);
    } finally {
      clearInterval(killing);
    }
    expect(stack.pid("consumer")).to.equal(consumerPid);
  });
});

function sizeOf({ value, headers }: HostileMessage): number {
  let bytes = value?.length ?? 0;
  for (const [name, values] of Object.entries(headers)) {
    for (const one of [values ?? ""].flat()) bytes += name.length + one.length + 4;
  }
  return bytes;
}
