import { expect } from "chai";
// kafkajs is CommonJS, and Node finds only some of its names as named exports.
import kafkajs from "kafkajs";
import { createKafkaInspector } from "../../kafka/inspect.ts";
import { recordMessage } from "../../kafka/message.ts";
import { readMessages } from "../../kafka/read-messages.ts";
import { ensureTopic } from "../../kafka/topic.ts";
import { testKafka } from "../setup/kafka.ts";
import { isUnique, unique } from "../setup/unique.ts";

describe("looking at a partition's messages", () => {
  const topic = unique("topic");
  const kafka = testKafka();
  const admin = kafka.admin();
  const inspector = createKafkaInspector(kafka);
  const runId = "0190a000-0000-7000-8000-000000000001";

  before(async () => {
    await ensureTopic(kafka, { topic, partitions: 2, replicationFactor: 1 });
    await admin.connect();
    const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    const messages = Array.from({ length: 30 }, (_, seq) => recordMessage(1, runId, seq, `{"seq":${seq}}`));
    await producer.send({ topic, messages });
    await producer.disconnect();
  });
  after(async () => {
    await inspector.close();
    await admin.disconnect();
  });

  const read = async (partition: number, from: number, limit: number) => {
    const bounds = (await inspector.readLogBounds([topic])).get(topic)?.get(partition) ?? {
      first: 0,
      end: 0,
    };
    return readMessages(kafka, { topic, partition }, bounds, { from, limit });
  };
  const offsets = async (partition: number, from: number, limit: number): Promise<number[]> =>
    (await read(partition, from, limit)).messages.map(({ offset }) => offset);

  it("gives the newest, or those from an offset on", async () => {
    expect(await offsets(1, -3, 3)).to.deep.equal([27, 28, 29]);
    expect(await offsets(1, 10, 2)).to.deep.equal([10, 11]);
    expect(await offsets(1, 29, 20)).to.deep.equal([29]);
    expect(await offsets(1, -500, 100)).to.have.length(30);
  });

  it("gives none where there are none", async () => {
    expect(await offsets(0, -20, 20)).to.deep.equal([]);
    expect(await offsets(1, 1_000, 20)).to.deep.equal([]);
  });

  it("gives each as it is", async () => {
    const { messages, first, end } = await read(1, 7, 1);
    expect({ first, end }).to.deep.equal({ first: 0, end: 30 });
    const [message] = messages;
    expect(String(message?.value)).to.equal('{"seq":7}');
    expect(message?.key).to.equal(null);
    expect(Array.from(message?.headers ?? [], ([name, values]) => [name, String(values[0])])).to.deep.equal([
      ["run_id", runId],
      ["seq", "7"],
    ]);
    expect(Date.now() - (message?.timestampMs ?? 0)).to.be.within(-60_000, 600_000);
  });

  it("makes no consumer group", async () => {
    const groups = async (): Promise<string[]> =>
      (await admin.listGroups()).groups.map(({ groupId }) => groupId).filter((group) => !isUnique(group));
    const before = await groups();
    await read(1, 0, 5);
    expect((await groups()).filter((group) => !before.includes(group))).to.deep.equal([]);
  });

  it("describes brokers and partitions, and knows a topic that is not there", async () => {
    const { brokers, controllerId } = await inspector.describeBrokers();
    expect(brokers.map(({ id }) => id)).to.include(controllerId);
    const missing = unique("missing");
    const topics = await inspector.describeTopics([missing, topic]);
    const partitions = topics.get(topic);
    expect(partitions?.map(({ partition, first, end }) => [partition, first, end])).to.deep.equal([
      [0, 0, 0],
      [1, 0, 30],
    ]);
    expect(partitions?.[0]?.inSync).to.deep.equal(partitions?.[0]?.replicas);
    expect(topics.has(missing)).to.equal(false);
  });
});
