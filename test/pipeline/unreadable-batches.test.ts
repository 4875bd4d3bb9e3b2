import { closeSync, openSync, readdirSync, readFileSync, readSync, writeSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import kafkajs, { type Kafka, type Producer } from "kafkajs";
import { CarriedBatch, headroom } from "../../kafka/carry-record-batches.ts";
import { createKafka } from "../../kafka/client.ts";
import { type Codec, codecs, compress, prepareCodecs } from "../../kafka/codecs/codec.ts";
import { encodeRecordBatch } from "../../kafka/record-batch.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { batchHeadSize, forgeBatch } from "../setup/forge-batch.ts";
import { silentLog } from "../setup/log.ts";
import { topic, withAdmin } from "./kafka-faults.ts";
import { isCompleted, startTestStack, type TestStack } from "./test-stack.ts";

const partitions = 2;
const compression: Codec = "lz4";

interface Letter {
  readonly id: number;
  readonly detail: string;
  readonly offset: number;
  readonly partition: number;
  readonly payload: Buffer;
}

describe("batches that nobody can read, between those of a run", function () {
  this.timeout(240_000);
  let stack: TestStack;
  let kafka: Kafka;
  let producer: Producer;
  let consumerPid: number | undefined;

  before(async () => {
    await prepareCodecs();
    stack = await startTestStack({
      workers: 1,
      consumers: 1,
      environment: { KAFKA_PARTITIONS: String(partitions), KAFKA_COMPRESSION: compression },
    });
    kafka = createKafka({ brokers: stack.urls.KAFKA_BROKERS.split(","), clientId: "test", log: silentLog });
    producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    const run = await stack.startRun({ count: 100 });
    await stack.untilRun(run.id, "completed", isCompleted);
    consumerPid = stack.pid("consumer");
  });
  after(async () => {
    await producer.disconnect();
    await stack.stop();
  });
  afterEach(() => {
    expect(stack.pid("consumer"), "the consumer's process").to.equal(consumerPid);
  });

  /** As it is; @returns the offset that Kafka has given it */
  async function sendBatch(partition: number, batch: Buffer): Promise<number> {
    const carried = new CarriedBatch(partition, Buffer.concat([Buffer.alloc(headroom), batch]));
    const [metadata] = await producer.send({ topic, acks: -1, messages: [carried] });
    return Number(metadata?.baseOffset);
  }
  const sendRecord = (partition: number, name: string): Promise<number> =>
    sendBatch(partition, encodeRecordBatch([{ value: `{"name":"${name}"}` }], Date.now()));
  const untilStored = (name: string): Promise<unknown> =>
    waitUntil(
      `the record of ${name} to be stored`,
      async () => {
        const { rows } = await stack.pool.query("SELECT name FROM users_raw WHERE name = $1", [name]);
        expect(rows).to.have.length(1);
      },
      { timeoutMs: 60_000, everyMs: 100 },
    );
  async function readLetters(): Promise<Letter[]> {
    const { rows } = await stack.pool.query<Letter>(
      `SELECT id, detail, kafka_offset AS offset, kafka_partition AS partition, payload
         FROM dead_letters WHERE reason = 'undecodable_batch' ORDER BY id`,
    );
    return rows;
  }
  const untilLetters = (count: number): Promise<Letter[]> =>
    waitUntil(
      `${count} dead letters`,
      async () => {
        const letters = await readLetters();
        expect(letters).to.have.length(count);
        return letters;
      },
      { timeoutMs: 60_000, everyMs: 100 },
    );
  const logOf = (partition: number): Promise<string> =>
    withAdmin(kafka, async (admin) => {
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.BROKER, name: "1", configNames: ["log.dirs"] }],
      });
      const [directory = ""] = resources[0]?.configEntries.map(({ configValue }) => configValue) ?? [];
      const folder = path.join(directory, `${topic}-${partition}`);
      const [segment = ""] = readdirSync(folder).filter((name) => name.endsWith(".log"));
      return path.join(folder, segment);
    });

  it("of ours are in the codec that is configured, and read", async () => {
    const run = await stack.startRun({ count: 3_000, chunkSize: 500 });
    const completed = await stack.untilRun(run.id, "completed", isCompleted);
    expect(completed).to.include({ stored: 3_000, deadLettered: 0 });
    await stack.audit(run.id);
    const seen = new Set<number>();
    for (const partition of [0, 1]) {
      const log = readFileSync(await logOf(partition));
      for (let at = 0; at + batchHeadSize < log.length; at += 12 + log.readInt32BE(at + 8)) {
        seen.add(log.readInt16BE(at + 21));
      }
    }
    expect([...seen]).to.deep.equal([codecs.indexOf(compression)]);
  });

  it("are bombs: each becomes one dead letter with its bytes, and what is behind them is stored", async () => {
    const before = (await readLetters()).length;
    const value = Buffer.alloc(200_000_000, "x");
    const records = encodeRecordBatch([{ value }], 0).subarray(batchHeadSize);
    const bombs = (["gzip", "zstd"] as const).map((codec) =>
      forgeBatch(0, compress(codec, records), { attributes: codecs.indexOf(codec) }),
    );
    const offsets: number[] = [];
    for (let n = 0; n < 20; n++) {
      const bomb = bombs[n % bombs.length] as Buffer;
      offsets.push(await sendBatch(0, bomb));
    }
    await sendRecord(0, "Behind The Bombs");
    await untilStored("Behind The Bombs");
    const letters = (await untilLetters(before + 20)).slice(before);
    for (const [n, { offset, partition, payload, detail }] of letters.entries()) {
      expect({ offset, partition }).to.deep.equal({ offset: offsets[n], partition: 0 });
      expect(payload.length).to.equal(bombs[n % bombs.length]?.length);
      expect(detail).to.match(
        /^The batch of offsets \d+ to \d+ \(codec (gzip|zstd), 1 records, \d+ bytes\) cannot be read: /,
      );
    }
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${consumerPid}/status`, "utf8"))?.[1];
    expect(Number(peak) / 1_024, "MB of memory that the consumer has taken").to.be.lessThan(500);
  });

  it("are told on their pages, and cannot be sent again as messages", async () => {
    const [letter] = await readLetters();
    const page = await stack.request(`/dead-letters/${letter?.id}`);
    expect(page.status).to.equal(200);
    expect(await page.text())
      .to.include("Unreadable batch")
      .and.include("There is nothing to send again")
      .and.not.include("Send it as it came");
    const replay = await stack.post("/api/dead-letters/replay", { reason: "undecodable_batch", limit: 1 });
    const { matched, replayed, skippedIds } = (await replay.json()) as Record<string, unknown>;
    expect(matched).to.equal((await readLetters()).length);
    expect({ replayed, skipped: (skippedIds as number[]).length }).to.deep.equal({ replayed: 0, skipped: 1 });

    const place = `partition=${letter?.partition}&from=${letter?.offset}`;
    const seen = await stack.request(`/api/pipeline/messages?${place}&limit=1`);
    const { messages } = (await seen.json()) as { messages: { offset: number; undecodable: string }[] };
    expect(messages).to.have.length(1);
    expect(messages[0]).to.deep.include({ offset: letter?.offset, undecodable: letter?.detail });
    const shown = await stack.request(`/pipeline/messages?${place}`);
    expect(await shown.text()).to.include("cannot be read: ");
  });

  it("were damaged on the broker's disk: a run's records in them are made again", async () => {
    const before = (await readLetters()).length;
    stack.signal("consumer", "SIGSTOP");
    try {
      const run = await stack.startRun({ count: 4_000, chunkSize: 500 });
      await stack.untilRun(run.id, "produced", ({ produced }) => produced === 4_000);
      for (const partition of [0, 1]) damageLastBatch(await logOf(partition));
      stack.signal("consumer", "SIGCONT");
      const completed = await stack.untilRun(run.id, "completed", isCompleted, 120_000);
      expect(completed).to.include({ stored: 4_000, flagged: 0, deadLettered: 0 });
      await stack.audit(run.id);
    } finally {
      stack.signal("consumer", "SIGCONT");
    }
    const letters = (await untilLetters(before + 2)).slice(before);
    for (const { detail } of letters) {
      expect(detail).to.match(
        /\(codec lz4, 500 records, \d+ bytes\) cannot be read: its checksum is wrong\.$/,
      );
    }
  });

  /** Changes one byte of its records; the broker sends what stands in its file. */
  function damageLastBatch(file: string): void {
    const log = readFileSync(file);
    let last = 0;
    for (let at = 0; at + batchHeadSize < log.length; at += 12 + log.readInt32BE(at + 8)) last = at;
    const place = last + batchHeadSize + 1_000;
    const handle = openSync(file, "r+");
    try {
      const byte = Buffer.alloc(1);
      readSync(handle, byte, 0, 1, place);
      byte[0] = (byte[0] as number) ^ 0xff;
      writeSync(handle, byte, 0, 1, place);
    } finally {
      closeSync(handle);
    }
  }
});
