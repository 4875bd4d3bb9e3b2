import { expect } from "chai";
import kafkajs, { type Kafka, type Producer, type Transaction } from "kafkajs";
import { type FilteredMessage, hideAbortedMessages } from "../../kafka/hide-aborted-messages.ts";
import { ensureTopic } from "../../kafka/topic.ts";
import { keepConsuming } from "../setup/consumer.ts";
import { eventually } from "../setup/eventually.ts";
import { testKafka } from "../setup/kafka.ts";
import { unique } from "../setup/unique.ts";

describe("messages of transactions", function () {
  this.timeout(90_000);
  const kafka: Kafka = testKafka();
  let topic: string;
  let producers: Producer[];
  let stop: () => Promise<void>;
  let values: string[];

  beforeEach(async () => {
    topic = unique("topic");
    producers = [];
    values = [];
    await ensureTopic(kafka, { topic, partitions: 2, replicationFactor: 1 });
    stop = async () => undefined;
  });
  afterEach(async () => {
    await stop();
    for (const producer of producers) await producer.disconnect();
  });

  async function begin(): Promise<Transaction> {
    const producer = kafka.producer({
      transactionalId: unique("transaction"),
      maxInFlightRequests: 1,
      idempotent: true,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    producers.push(producer);
    await producer.connect();
    return producer.transaction();
  }
  const send = (to: Transaction, value: string, key: Buffer | null = null) =>
    to.send({ topic, messages: [{ partition: 0, key, value }] });
  const consume = async (): Promise<void> => {
    stop = await keepConsuming(kafka, {
      ...{ topics: [topic], group: unique("group"), concurrency: 1, onAssigned: () => undefined },
      handle: async (batch) => {
        values.push(...batch.messages.map(({ value }) => String(value)));
        return { kind: "done" };
      },
      onCrash: (error) => {
        throw error;
      },
    });
  };
  const expectValues = (expected: readonly string[]) =>
    eventually(() => expect(values).to.deep.equal(expected), 30_000);

  it("are read where they were committed, not where they were aborted", async () => {
    const kept = await begin();
    await send(kept, "kept");
    await kept.commit();
    const dropped = await begin();
    await send(dropped, "dropped");
    await dropped.abort();
    const last = await begin();
    await send(last, "last");
    await last.commit();
    await consume();
    await expectValues(["kept", "last"]);
  });

  it("are not read while their transaction is open, nor is what comes after them", async () => {
    const open = await begin();
    await send(open, "first");
    const other = await begin();
    await send(other, "second");
    await other.commit();
    await consume();
    // One fetch asks for both partitions: what comes of the second shows that the first was looked at.
    const plain = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    producers.push(plain);
    await plain.connect();
    await plain.send({ topic, messages: [{ partition: 1, value: "elsewhere" }] });
    await expectValues(["elsewhere"]);
    await open.commit();
    await expectValues(["elsewhere", "first", "second"]);
  });

  it("are told apart where aborted transactions overlap, and a key looks like an abort marker's", async () => {
    const [outer, inner, kept] = [await begin(), await begin(), await begin()];
    await send(outer, "outer 1");
    await send(kept, "kept 1");
    await send(inner, "inner 1");
    await send(outer, "like a marker", Buffer.alloc(4));
    await send(outer, "outer 2");
    await inner.abort();
    await send(kept, "kept 2");
    await send(outer, "outer 3");
    await outer.abort();
    await kept.commit();
    await consume();
    await expectValues(["kept 1", "kept 2"]);
  });
});

describe("hiding aborted messages", () => {
  const message = (offset: number, producerId: string): FilteredMessage => ({
    ...{ offset: String(offset), key: null },
    batchContext: { producerId, inTransaction: true },
  });
  const marker = (offset: number, producerId: string, type: 0 | 1): FilteredMessage => ({
    ...message(offset, producerId),
    key: Buffer.from([0, 0, 0, type]),
    isControlRecord: true,
  });
  const shown = (messages: readonly FilteredMessage[], begun: Readonly<Record<string, number>>): string[] => {
    const abortedTransactions = Object.entries(begun).map(([producerId, first]) => ({
      producerId,
      firstOffset: String(first),
    }));
    hideAbortedMessages({ abortedTransactions, messages });
    return messages.filter((each) => each.isControlRecord !== true).map(({ offset }) => offset);
  };

  it("knows of every transaction that began before the first message", () => {
    const messages = [message(10, "b"), message(11, "a"), marker(12, "b", 0), marker(13, "a", 0)];
    expect(shown(messages, { a: 2, b: 4 })).to.deep.equal([]);
  });

  it("shows what the same producer sends in its next transaction", () => {
    const messages = [message(0, "a"), marker(1, "a", 0), message(2, "a"), marker(3, "a", 1)];
    expect(shown(messages, { a: 0 })).to.deep.equal(["2"]);
  });

  it("shows what is sent outside of transactions", () => {
    const outside = { offset: "1", key: null, batchContext: { producerId: "-1", inTransaction: false } };
    expect(shown([message(0, "a"), outside, marker(2, "a", 0)], { a: 0 })).to.deep.equal(["1"]);
  });
});
