import { expect } from "chai";
import { isRefusal } from "../../kafka/errors.ts";
import { createKafkaInspector } from "../../kafka/inspect.ts";
import { createMessageProducer, type MessageProducer } from "../../kafka/produce.ts";
import { ensureTopic } from "../../kafka/topic.ts";
import { kafkaAdmin, testKafka } from "../setup/kafka.ts";
import { rejection } from "../setup/rejection.ts";
import { servers } from "../setup/servers.ts";
import { unique } from "../setup/unique.ts";

const settings = (partitions = 3) => ({
  brokers: servers.kafkaBrokers,
  topic: unique("topic"),
  partitions,
  replicationFactor: 1,
});

describe("the topic", () => {
  const admin = kafkaAdmin();

  it("is made where it is missing, and keeps messages in the codec in which they come", async () => {
    const wanted = settings(3);
    expect(await ensureTopic(testKafka(), wanted)).to.equal(3);
    const { resources } = await admin().describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: wanted.topic, configNames: ["compression.type"] }],
    });
    expect(resources[0]?.configEntries[0]).to.include({ configValue: "producer" });
  });

  it("wants as many replicas in sync as it is told", async () => {
    const wanted = { ...settings(1), minInsyncReplicas: 1 };
    await ensureTopic(testKafka(), wanted);
    const { resources } = await admin().describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: wanted.topic, configNames: ["min.insync.replicas"] }],
    });
    // Source 1: set for this very topic.
    expect(resources[0]?.configEntries[0]).to.include({ configValue: "1", configSource: 1 });
  });

  it("is left as it is where it is there", async () => {
    const wanted = settings(2);
    await ensureTopic(testKafka(), wanted);
    expect(await ensureTopic(testKafka(), { ...wanted, partitions: 7 })).to.equal(2);
  });

  it("is made once by several processes at the same time", async () => {
    const wanted = settings(2);
    const all = await Promise.all(Array.from({ length: 5 }, () => ensureTopic(testKafka(), wanted)));
    expect(all).to.deep.equal([2, 2, 2, 2, 2]);
  });
});

describe("the producer", () => {
  const admin = kafkaAdmin();
  let producer: MessageProducer;
  afterEach(() => producer.close());

  function open(topic: ReturnType<typeof settings>): MessageProducer {
    producer = createMessageProducer(testKafka(), topic, { retries: 2, maxRetryTimeMs: 500 });
    return producer;
  }
  const messages = (partition: number, count: number) =>
    Array.from({ length: count }, (_, n) => ({ partition, value: `{"n":${n}}` }));

  it("makes the topic, once", async () => {
    const topic = settings(4);
    open(topic);
    const [first, second] = await Promise.all([
      producer.describeTopic(topic.topic),
      producer.describeTopic(topic.topic),
    ]);
    expect(first).to.deep.equal(second).and.to.include({ partitions: 4 });
    expect(await admin().listTopics()).to.include(topic.topic);
  });

  it("tells where the partition goes on after its messages", async () => {
    const topic = settings(2);
    open(topic);
    await producer.describeTopic(topic.topic);
    expect(await producer.send(topic.topic, 1, messages(1, 500))).to.equal(500);
    expect(await producer.send(topic.topic, 1, messages(1, 3))).to.equal(503);
    expect(await producer.send(topic.topic, 0, messages(0, 1))).to.equal(1);
    const inspector = createKafkaInspector(testKafka());
    expect(await inspector.readEndOffsets(topic.topic)).to.deep.equal(
      new Map([
        [0, 1],
        [1, 503],
      ]),
    );
    await inspector.close();
  });

  it("of overlapping sends tells each where its own messages end", async () => {
    const topic = settings(1);
    open(topic);
    await producer.describeTopic(topic.topic);
    const ends = await Promise.all(
      Array.from({ length: 8 }, () => producer.send(topic.topic, 0, messages(0, 50))),
    );
    expect(ends.sort((a, b) => a - b)).to.deep.equal([50, 100, 150, 200, 250, 300, 350, 400]);
  });

  it("fails where the topic has no such partition", async () => {
    const topic = settings(1);
    open(topic);
    await producer.describeTopic(topic.topic);
    const error = await rejection(producer.send(topic.topic, 7, messages(7, 1)));
    expect(isRefusal(error)).to.equal(false);
  });

  it("fails of a message that is too large in a way that tells that it always will", async () => {
    const topic = settings(1);
    open(topic);
    await producer.describeTopic(topic.topic);
    const error = await rejection(
      producer.send(topic.topic, 0, [{ partition: 0, value: "x".repeat(5_000_000) }]),
    );
    expect(isRefusal(error)).to.equal(true);
  });

  it("fails where the topic was deleted, and makes it again when it is asked for its partitions", async () => {
    const topic = settings(1);
    open(topic);
    await producer.describeTopic(topic.topic);
    await producer.send(topic.topic, 0, messages(0, 1));
    await admin().deleteTopics({ topics: [topic.topic] });
    expect(isRefusal(await rejection(producer.send(topic.topic, 0, messages(0, 1))))).to.equal(false);
    expect(await producer.describeTopic(topic.topic)).to.include({ partitions: 1 });
    expect(await producer.send(topic.topic, 0, messages(0, 2))).to.equal(2);
  });
});
