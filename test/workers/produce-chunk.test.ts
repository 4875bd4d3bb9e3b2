import { expect } from "chai";
import type { Sampler } from "../../generate/people/sampling-context.ts";
import { fixedText } from "../../generate/words.ts";
import { readIdentity } from "../../kafka/message.ts";
import { createMessageProducer, type MessageProducer } from "../../kafka/produce.ts";
import { ensureTopic } from "../../kafka/topic.ts";
import type { Chunk } from "../../ledger/chunks/chunk.ts";
import { controlRun } from "../../ledger/runs/control-run.ts";
import type { NewRun } from "../../ledger/runs/create-run.ts";
import { chunkJobId } from "../../queues/queues.ts";
import { builtInTypes } from "../../records/record-types.ts";
import { createTextType } from "../../types/user/text-type.ts";
import { userType } from "../../types/user/user.ts";
import { type ChunkOutcome, createChunkProducer } from "../../workers/produce-chunk.ts";
import { range } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { everyFault, sendingsOf, withFaults } from "../setup/faulty-runs.ts";
import { generatorOf } from "../setup/generator-of.ts";
import { kafkaAdmin, testKafka } from "../setup/kafka.ts";
import { silentLog } from "../setup/log.ts";
import { rejection } from "../setup/rejection.ts";
import { currentRun, plannedRun } from "../setup/runs.ts";
import { servers } from "../setup/servers.ts";
import { unique } from "../setup/unique.ts";

const partitions = 3;

describe("producing a chunk", () => {
  const database = databaseForEachTest();
  const admin = kafkaAdmin();
  const pool = () => database().pool;
  let topic: string;
  let producer: MessageProducer;

  beforeEach(() => {
    topic = unique("topic");
    const settings = { brokers: servers.kafkaBrokers, topic, partitions, replicationFactor: 1 };
    // The leaders of a topic that was just made may not know of it yet.
    producer = createMessageProducer(testKafka(), settings, { retries: 10, maxRetryTimeMs: 200 });
  });
  afterEach(() => producer.close());

  async function oneChunk(wishes: Partial<NewRun> = {}) {
    const { run, chunks } = await plannedRun(pool(), { count: 1_200, chunkSize: 1_200, ...wishes });
    const chunk = chunks[0];
    if (chunk === undefined) throw new Error("no chunk was planned");
    return { run, chunk };
  }
  const produce = (chunk: Chunk, type = userType): Promise<ChunkOutcome> =>
    createChunkProducer({
      pool: pool(),
      producer,
      types: builtInTypes({ type, topic }),
      log: silentLog,
    })({
      id: chunkJobId(chunk),
      data: chunk,
    });
  const endOffsets = async (): Promise<number[]> => {
    await ensureTopic(testKafka(), { topic, partitions, replicationFactor: 1 });
    // A new topic may not have its leaders yet.
    const offsets = await eventually(() => admin().fetchTopicOffsets(topic));
    return offsets.map(({ high }) => Number(high)).sort((a, b) => b - a);
  };

  it("sends its records to one partition, in order, each with its identity", async () => {
    const { run, chunk } = await oneChunk();
    const outcome = await produce(chunk);
    expect(outcome).to.include({ produced: 1_200 });
    expect(await endOffsets()).to.deep.equal([1_200, 0, 0]);
    const messages = await readTopic(1_200);
    const generate = generatorOf(run);
    expect(messages.map(({ value }) => value)).to.deep.equal(range(0, 1_200).map(generate));
    expect(messages.map(({ identity }) => identity)).to.deep.equal(
      range(0, 1_200).map((seq) => ({ kind: "record", runId: run.id, seq })),
    );
    expect((await currentRun(pool(), run.id)).produced).to.equal(1_200);
    const { rows } = await pool().query("SELECT kafka_topic, kafka_partition, kafka_end_offset FROM chunks");
    expect(rows).to.deep.equal([
      {
        kafka_topic: topic,
        kafka_partition: "partition" in outcome ? outcome.partition : null,
        kafka_end_offset: 1_200,
      },
    ]);
  });

  it("sends faulty records as they are due, labelled, and counts records, not messages", async () => {
    const options = withFaults(everyFault);
    const { run, chunk } = await oneChunk({ options, fields: userType.fields.map(({ name }) => name) });
    const expected = sendingsOf(run);
    expect(expected.length).to.be.above(1_240);
    expect(await produce(chunk)).to.include({ produced: 1_200 });
    expect((await currentRun(pool(), run.id)).produced).to.equal(1_200);
    expect(await endOffsets()).to.deep.equal([expected.length, 0, 0]);
    const { rows } = await pool().query("SELECT kafka_end_offset FROM chunks");
    expect(rows).to.deep.equal([{ kafka_end_offset: expected.length }]);
    const messages = await readTopic(expected.length);
    expect(messages.map(({ bytes, identity, fault }) => ({ bytes, identity, fault }))).to.deep.equal(
      expected.map(({ seq, value, fault }) => ({
        bytes: typeof value === "string" ? Buffer.from(value) : value,
        identity: { kind: "record", runId: run.id, seq },
        fault: fault?.kind,
      })),
    );
  });

  it("sends nothing a second time once the ledger knows of it", async () => {
    const { run, chunk } = await oneChunk();
    await produce(chunk);
    expect(await produce(chunk)).to.deep.equal({ passedOver: "produced_already" });
    expect((await currentRun(pool(), run.id)).produced).to.equal(1_200);
    expect(await endOffsets()).to.deep.equal([1_200, 0, 0]);
  });

  it("spreads a run's chunks over the partitions", async () => {
    const { chunks } = await plannedRun(pool(), { count: 30, chunkSize: 10 });
    for (const chunk of chunks) await produce(chunk);
    expect(await endOffsets()).to.deep.equal([10, 10, 10]);
  });

  for (const [command, status] of [
    ["pause", "paused"],
    ["cancel", "cancelled"],
  ] as const) {
    it(`passes over a chunk of a ${status} run, which gets another job where the run goes on`, async () => {
      const { run, chunk } = await oneChunk();
      await controlRun(pool(), run.id, command);
      expect(await produce(chunk)).to.deep.equal({ passedOver: `the run is ${status}` });
      expect(await endOffsets()).to.deep.equal([0, 0, 0]);
      const { rows } = await pool().query("SELECT generation FROM chunks");
      expect(rows).to.deep.equal([{ generation: 1 }]);
    });
  }

  it("passes over a chunk that has a newer job", async () => {
    const { chunk } = await oneChunk();
    await pool().query("UPDATE chunks SET generation = 3");
    expect(await produce(chunk)).to.deep.equal({ passedOver: "superseded" });
    expect(await produce({ ...chunk, generation: 3 })).to.include({ produced: 1_200 });
  });

  it("fails a run that asks for another version of the records, for good and with the reason", async () => {
    const { run, chunk } = await oneChunk();
    const error = await rejection(
      produce(chunk, createTextType({ ...userType, version: userType.version + 1 })),
    );
    expect(error.name).to.equal("UnrecoverableError");
    expect(await currentRun(pool(), run.id)).to.include({
      status: "failed",
      error: "the run asks for records of user@2, this worker makes user@3",
      produced: 0,
    });
  });

  /** Whose records have so many bytes, and a few more. */
  function typeOfSize(bytes: number) {
    const [name] = userType.fields;
    if (name === undefined) throw new Error("the type has no field");
    const long = fixedText("x".repeat(bytes));
    const writeLong: Sampler = (_draws, out) => {
      out.reserve(bytes + 1_000);
      out.word(long, 0);
    };
    return createTextType({ ...userType, fields: [{ ...name, sampler: () => writeLong }] });
  }

  it("sends large records with faults in as many batches as Kafka takes", async () => {
    const options = withFaults({ duplicate: 0.2, late: 0.2 });
    const { run, chunk } = await oneChunk({ fields: ["name"], count: 500, chunkSize: 500, options });
    expect(await produce(chunk, typeOfSize(100_000))).to.include({ produced: 500 });
    expect(await endOffsets()).to.deep.equal([sendingsOf(run).length, 0, 0]);
    expect(await currentRun(pool(), run.id)).to.include({ produced: 500, error: null });
  });

  it("fails a run whose messages Kafka refuses, for good and with the reason", async () => {
    const { run, chunk } = await oneChunk({ fields: ["name"], count: 2 });
    expect((await rejection(produce(chunk, typeOfSize(5_000_000)))).name).to.equal("UnrecoverableError");
    const failed = await currentRun(pool(), run.id);
    expect(failed).to.include({ status: "failed", produced: 0 });
    expect(failed.error).to.match(/^Kafka refuses the run's messages: /);
  });

  it("makes the topic again where it is gone, and remembers which one it sent to", async () => {
    const { run, chunk } = await oneChunk();
    const before = await producer.describeTopic(topic);
    await producer.send(topic, 0, [{ partition: 0, value: "{}" }]);
    await admin().deleteTopics({ topics: [topic] });
    await eventually(async () => expect(await admin().listTopics()).not.to.include(topic));
    await eventually(async () => {
      expect(await produce(chunk)).to.include({ produced: 1_200 });
    });
    expect((await currentRun(pool(), run.id)).status).to.equal("running");
    const { rows } = await pool().query("SELECT kafka_topic_id FROM chunks");
    expect(rows).to.deep.equal([{ kafka_topic_id: (await producer.describeTopic(topic)).id }]);
    expect(rows).not.to.deep.equal([{ kafka_topic_id: before.id }]);
  });

  async function readTopic(count: number) {
    const consumer = testKafka().consumer({ groupId: unique("group"), allowAutoTopicCreation: false });
    const messages: { value: string; bytes: Buffer | null; identity: unknown; fault: string | undefined }[] =
      [];
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        const { value, headers } = message;
        const fault = headers?.fault?.toString();
        messages.push({ value: String(value), bytes: value, identity: readIdentity(headers), fault });
      },
    });
    await eventually(() => expect(messages).to.have.length(count), 30_000);
    await consumer.disconnect();
    return messages;
  }
});
