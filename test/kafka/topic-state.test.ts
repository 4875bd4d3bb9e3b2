import { createServer, type Server } from "node:net";
import { expect } from "chai";
import { decodeMetadataResponse, encodeMetadataRequest } from "../../kafka/metadata-protocol.ts";
import { createPartitionAdmission } from "../../kafka/produce.ts";
import { createTopicStateReader, type TopicStateReader } from "../../kafka/topic-state.ts";
import { eventually } from "../setup/eventually.ts";
import { createTopic, kafkaAdmin } from "../setup/kafka.ts";
import { rejection } from "../setup/rejection.ts";
import { servers } from "../setup/servers.ts";
import { unique } from "../setup/unique.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe("a topic's state", () => {
  const admin = kafkaAdmin();
  let readers: TopicStateReader[];
  let silent: Server | undefined;

  beforeEach(() => {
    readers = [];
  });
  afterEach(() => {
    for (const reader of readers) reader.close();
    silent?.close();
    silent = undefined;
  });

  function open(
    topic: string,
    brokers: readonly string[] = servers.kafkaBrokers,
  ): { readonly read: () => ReturnType<TopicStateReader["read"]>; readonly close: () => void } {
    const reader = createTopicStateReader(brokers);
    readers.push(reader);
    return { read: () => reader.read(topic), close: reader.close };
  }
  const create = (topic: string, numPartitions: number) => createTopic(admin(), topic, numPartitions);

  it("is null where there is no topic, and is not made by asking", async () => {
    const topic = unique("topic");
    expect(await open(topic).read()).to.equal(null);
    expect(await admin().listTopics()).not.to.include(topic);
  });

  it("has one id as long as the topic lives, whoever asks, and the partitions that there are", async () => {
    const topic = unique("topic".repeat(30));
    await create(topic, 40);
    const reader = open(topic);
    const states = await Promise.all([reader.read(), reader.read(), open(topic).read()]);
    expect(states[0]?.id).to.match(uuid);
    for (const state of states) expect(state).to.deep.equal({ id: states[0]?.id, partitions: 40 });
    await admin().createPartitions({ topicPartitions: [{ topic, count: 41 }] });
    await eventually(async () =>
      expect(await reader.read()).to.deep.equal({ id: states[0]?.id, partitions: 41 }),
    );
  });

  it("has its id read with those of other topics by one request, in which one that is missing stands in the way of none", async () => {
    const topics = Array.from({ length: 3 }, () => unique("topic"));
    for (const topic of topics) await create(topic, 1);
    const reader = createTopicStateReader(servers.kafkaBrokers);
    readers.push(reader);
    const ids = await reader.readIds([unique("missing"), ...topics]);
    expect([...ids.keys()]).to.have.members(topics);
    for (const topic of topics) expect(ids.get(topic)).to.equal((await reader.read(topic))?.id);
    expect(await reader.readIds([])).to.deep.equal(new Map());
  });

  it("has another id once the topic was deleted and made again", async () => {
    const topic = unique("topic");
    await create(topic, 1);
    const reader = open(topic);
    const before = await reader.read();
    await admin().deleteTopics({ topics: [topic] });
    await eventually(async () => expect(await reader.read()).to.equal(null));
    await eventually(() => create(topic, 1));
    const after = await reader.read();
    expect(after?.id).to.match(uuid).and.not.to.equal(before?.id);
  });

  it("is asked of the next broker when one does not answer", async () => {
    const topic = unique("topic");
    await create(topic, 1);
    const reader = open(topic, ["127.0.0.1:1", ...servers.kafkaBrokers]);
    expect((await rejection(reader.read())).message).to.include(topic);
    expect(await reader.read()).to.include({ partitions: 1 });
  });

  it("cannot be read of a broker that ends the connection or answers something else", async () => {
    for (const answer of [
      null,
      Buffer.from([0, 0, 0, 4, 1, 2, 3, 4]),
      Buffer.from([0x7f, 0xff, 0xff, 0xff]),
    ]) {
      const server = createServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () => (answer === null ? socket.destroy() : socket.write(answer)));
      });
      silent = server;
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      const reader = open("any", [`127.0.0.1:${port}`]);
      expect((await rejection(reader.read())).cause).to.be.instanceOf(Error);
      reader.close();
      server.close();
    }
  });

  it("cannot be read of an answer that breaks off, wherever it does", () => {
    expect(encodeMetadataRequest(7, ["topic"]).readInt32BE(0)).to.equal(
      encodeMetadataRequest(7, ["topic"]).length - 4,
    );
    const whole = Buffer.from(
      "00000007000000000002000000010a3132372e302e302e310000238400000200000001020000067468656d65" +
        "11111111222233334444555555555555000100000000000080000000000000",
      "hex",
    );
    for (let length = 0; length < 30; length++) {
      expect(() => decodeMetadataResponse(7, whole.subarray(0, length)), `${length} bytes`).to.throw(
        RangeError,
      );
    }
    expect(() => decodeMetadataResponse(8, whole)).to.throw("Kafka answers request 7, not 8");
  });
});

describe("partitions that are added to a topic", () => {
  it("are used only once kafkajs must know of them, those that are gone not at all", () => {
    const admit = createPartitionAdmission(10);
    expect([
      admit(3, 0),
      admit(5, 100),
      admit(5, 110),
      admit(5, 111),
      admit(2, 112),
      admit(3, 113),
    ]).to.deep.equal([3, 3, 3, 5, 2, 2]);
  });
});
