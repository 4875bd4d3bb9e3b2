import { connect } from "node:net";
import { expect } from "chai";
// kafkajs is CommonJS, and Node finds only some of its names as named exports.
import kafkajs, { CompressionTypes, type Kafka, type Message } from "kafkajs";
import { CarriedBatch, headroom } from "../../kafka/carry-record-batches.ts";
import { type BatchVerdict, type FetchedBatch, startConsumer } from "../../kafka/consume.ts";
import { createKafkaInspector } from "../../kafka/inspect.ts";
import { encodeRecordBatch } from "../../kafka/record-batch.ts";
import { ensureTopic } from "../../kafka/topic.ts";
import { keepConsuming } from "../setup/consumer.ts";
import { eventually } from "../setup/eventually.ts";
import { testKafka } from "../setup/kafka.ts";
import { servers } from "../setup/servers.ts";
import { unique } from "../setup/unique.ts";

const deadlineMs = 30_000;
/** The number of that request in Kafka's protocol. */
const joinGroup = 11;

describe("the consumer", () => {
  const kafka: Kafka = testKafka();
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  let topic: string;
  let group: string;
  let stops: (() => Promise<void>)[];

  before(() => producer.connect());
  after(() => producer.disconnect());
  beforeEach(async () => {
    topic = unique("topic");
    group = unique("group");
    stops = [];
    await ensureTopic(kafka, { topic, partitions: 1, replicationFactor: 1 });
  });
  afterEach(async () => {
    for (const stop of stops) await stop();
  });

  async function consume(
    handle: (batch: FetchedBatch) => Promise<BatchVerdict>,
    onAssigned: (partitions: readonly number[]) => void = () => undefined,
  ): Promise<() => Promise<void>> {
    const stop = await keepConsuming(kafka, {
      topics: [topic],
      group,
      concurrency: 1,
      handle,
      onAssigned: (_topic, partitions) => onAssigned(partitions),
      onCrash: (error) => {
        throw error;
      },
    });
    stops.push(stop);
    return stop;
  }
  const send = (values: readonly string[], more: Partial<Parameters<typeof producer.send>[0]> = {}) =>
    producer.send({ topic, messages: values.map((value): Message => ({ value, partition: 0 })), ...more });
  const valuesOf = (batch: FetchedBatch): string[] => batch.messages.map(({ value }) => String(value));

  it("hands over what was there before it came, in order, and says where it stands", async () => {
    await send(["a", "b", "c"]);
    const batches: FetchedBatch[] = [];
    await consume(async (batch) => {
      batches.push(batch);
      return { kind: "done" };
    });
    await eventually(() => expect(batches.flatMap(valuesOf)).to.deep.equal(["a", "b", "c"]), deadlineMs);
    expect(batches[0]).to.include({ partition: 0, firstOffset: 0 });
    expect(batches.at(-1)).to.include({ lastOffset: 2, highWatermark: 3 });
  });

  it("hands over again what was not declared done, to whoever comes next", async () => {
    await send(["a", "b"]);
    const first: string[] = [];
    const stop = await consume(async (batch) => {
      first.push(...valuesOf(batch));
      return { kind: "dropped" };
    });
    await eventually(() => expect(first.length).to.be.at.least(2), deadlineMs);
    await stop();
    const second: string[] = [];
    await consume(async (batch) => {
      second.push(...valuesOf(batch));
      return { kind: "done" };
    });
    await eventually(() => expect(second).to.deep.equal(["a", "b"]), deadlineMs);
  });

  it("goes on behind what was declared done", async () => {
    await send(["a", "b"]);
    const first: string[] = [];
    const stop = await consume(async (batch) => {
      first.push(...valuesOf(batch));
      return { kind: "done" };
    });
    await eventually(() => expect(first).to.deep.equal(["a", "b"]), deadlineMs);
    await stop();
    await send(["c"]);
    const second: string[] = [];
    await consume(async (batch) => {
      second.push(...valuesOf(batch));
      return { kind: "done" };
    });
    await eventually(() => expect(second).to.deep.equal(["c"]), deadlineMs);
  });

  it("says that it is of no more use where handling throws", async () => {
    await send(["a"]);
    const mistake = new Error("a mistake");
    const crashes: Error[] = [];
    const stop = await keepConsuming(kafka, {
      ...{ topics: [topic], group, concurrency: 1, onAssigned: () => undefined },
      handle: () => Promise.reject(mistake),
      onCrash: (error) => crashes.push(error),
    });
    stops.push(stop);
    await eventually(() => expect(crashes[0]).to.equal(mistake), deadlineMs);
  });

  it("says that its membership is lost where its connection ends while it joins, and joins no more", async () => {
    let joins = 0;
    const cutKafka = new kafkajs.Kafka({
      ...{ brokers: [...servers.kafkaBrokers], logLevel: kafkajs.logLevel.NOTHING },
      socketFactory: ({ host, port, onConnect }) => {
        const socket = connect({ host, port }, onConnect);
        const write = socket.write.bind(socket);
        socket.write = (bytes: Buffer, ...more: never[]) => {
          if (bytes.readInt16BE(4) !== joinGroup) return write(bytes, ...more);
          joins++;
          socket.destroy(new Error("cut"));
          return true;
        };
        return socket;
      },
    });
    const losses: Error[] = [];
    const stop = await startConsumer(cutKafka, {
      ...{ topics: [topic], group, concurrency: 1, onAssigned: () => undefined },
      handle: async () => ({ kind: "done" }),
      onLost: (error) => losses.push(error),
      onCrash: (error) => {
        throw error;
      },
    });
    expect(losses.map(({ message }) => message)).to.deep.equal(["Connection error: cut"]);
    await stop();
    const joinsBefore = joins;

    const assigned: (readonly number[])[] = [];
    await consume(
      async () => ({ kind: "done" }),
      (partitions) => assigned.push(partitions),
    );
    await eventually(() => expect(assigned.at(-1)).to.deep.equal([0]), deadlineMs);
    expect(joins).to.equal(joinsBefore);
  });

  it("reads on from where it is told to, backwards and forwards", async () => {
    await send(["a", "b", "c", "d"]);
    const firsts: number[] = [];
    const offsets = [2, 1];
    await consume(async (batch) => {
      firsts.push(batch.firstOffset);
      const offset = offsets.shift();
      return offset === undefined ? { kind: "done" } : { kind: "seek", offset };
    });
    await eventually(() => expect(firsts).to.deep.equal([0, 2, 1]), deadlineMs);
  });

  it("tells which partitions it was given, and that a batch is stale once it stops", async () => {
    await send(["a"]);
    const assigned: (readonly number[])[] = [];
    let held: FetchedBatch | undefined;
    let release: (verdict: BatchVerdict) => void = () => undefined;
    const stop = await consume(
      (batch) => {
        held = batch;
        return new Promise((resolve) => {
          release = resolve;
        });
      },
      (partitions) => assigned.push(partitions),
    );
    await eventually(() => expect(held).not.to.equal(undefined), deadlineMs);
    expect(assigned).to.deep.equal([[0]]);
    expect(held?.isStale()).to.equal(false);
    const stopped = stop();
    await eventually(() => expect(held?.isStale()).to.equal(true), deadlineMs);
    release({ kind: "dropped" });
    await stopped;
  });

  it("stays a member while a batch takes longer than the session", async () => {
    await send(["a"]);
    const assigned: unknown[] = [];
    const inspector = createKafkaInspector(kafka);
    let handled = 0;
    await consume(
      async () => {
        const startedAt = Date.now();
        await eventually(async () => {
          expect(await inspector.describeGroup(group)).to.deep.equal({ state: "Stable", members: 1 });
          expect(Date.now() - startedAt, "milliseconds, of which a session has 10,000").to.be.greaterThan(
            12_000,
          );
        }, deadlineMs);
        handled += 1;
        return { kind: "done" };
      },
      (partitions) => assigned.push(partitions),
    );
    await eventually(() => expect(handled).to.equal(1), deadlineMs);
    await inspector.close();
    expect(assigned).to.deep.equal([[0]]);
  });

  it("hands over in parts what is many messages, or large ones, and knows where it stands after each", async () => {
    const count = 45_000;
    const batch = encodeRecordBatch(
      Array.from({ length: count }, (_, n) => ({ value: String(n) })),
      Date.now(),
      headroom,
      "lz4",
    );
    const large = encodeRecordBatch(
      Array.from({ length: 5 }, () => ({ value: Buffer.alloc(3_000_000, "x") })),
      Date.now(),
      headroom,
      "lz4",
    );
    for (const bytes of [batch, large])
      await producer.send({ topic, messages: [new CarriedBatch(0, bytes)] });
    const parts: [first: number, last: number, count: number][] = [];
    let dropped = false;
    await consume(async ({ firstOffset, lastOffset, messages }) => {
      if (firstOffset === 20_000 && !dropped) {
        dropped = true;
        return { kind: "dropped" };
      }
      parts.push([firstOffset, lastOffset, messages.length]);
      return { kind: "done" };
    });
    await eventually(() => expect(parts.at(-1)?.[1]).to.equal(count + 4), deadlineMs);
    expect(parts).to.deep.equal([
      [0, 19_999, 20_000],
      [20_000, 39_999, 20_000],
      // Smaller than 4 MB until the second large one.
      [40_000, 45_001, 5_002],
      [45_002, 45_003, 2],
      [45_004, 45_004, 1],
    ]);
  });

  it("reads what another producer has compressed", async () => {
    await send(["compressed"], { compression: CompressionTypes.GZIP });
    const read: string[] = [];
    await consume(async (batch) => {
      read.push(...valuesOf(batch));
      return { kind: "done" };
    });
    await eventually(() => expect(read).to.deep.equal(["compressed"]), deadlineMs);
  });

  it("hands over tombstones and messages without key or header", async () => {
    await producer.send({ topic, messages: [{ value: null, partition: 0 }] });
    const read: unknown[] = [];
    await consume(async (batch) => {
      read.push(...batch.messages.map(({ key, value }) => ({ key, value })));
      return { kind: "done" };
    });
    await eventually(() => expect(read).to.deep.equal([{ key: null, value: null }]), deadlineMs);
  });

  it("is seen in its group, with the broker and the partition's end", async () => {
    await send(["a", "b"]);
    await consume(async () => ({ kind: "done" }));
    const inspector = createKafkaInspector(kafka);
    await eventually(
      async () => expect(await inspector.describeGroup(group)).to.deep.equal({ state: "Stable", members: 1 }),
      deadlineMs,
    );
    expect(await inspector.countBrokers()).to.equal(1);
    expect(await inspector.readEndOffsets(topic)).to.deep.equal(new Map([[0, 2]]));
    await inspector.close();
  });
});
