import { expect } from "chai";
import kafkajs, { type Kafka } from "kafkajs";
import { startConsumer } from "../../kafka/consume.ts";
import { ensureTopic } from "../../kafka/topic.ts";
import { codecs, sendCompressed } from "../setup/console-producer.ts";
import { eventually } from "../setup/eventually.ts";
import { kafkaAdmin, testKafka } from "../setup/kafka.ts";
import { servers } from "../setup/servers.ts";
import { unique } from "../setup/unique.ts";

const configsOf = (name: string) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name });

describe("messages compressed by Kafka's own producer", function () {
  this.timeout(120_000);
  const kafka: Kafka = testKafka();
  const admin = kafkaAdmin();
  const lines = Array.from({ length: 50 }, (_, n) => `{"name":"Ann ${n}","city":"${"Ulm ".repeat(50)}"}`);
  let topic: string;
  let stop: () => Promise<void>;
  let values: string[];
  let crashes: Error[];

  beforeEach(() => {
    topic = unique("topic");
    values = [];
    crashes = [];
    stop = async () => undefined;
  });
  afterEach(() => stop());

  const settings = () => ({ topic, partitions: 1, replicationFactor: 1 });
  const consume = async (): Promise<void> => {
    stop = await startConsumer(kafka, {
      ...{ topic, group: unique("group"), concurrency: 1, onAssigned: () => undefined },
      handle: async (batch) => {
        values.push(...batch.messages.map(({ value }) => String(value)));
        return { kind: "done" };
      },
      onCrash: (error) => crashes.push(error),
    });
  };
  const expectLines = (expected: readonly string[]) =>
    eventually(() => {
      expect(crashes).to.deep.equal([]);
      expect(values).to.deep.equal(expected);
    }, 30_000);

  for (const codec of codecs) {
    it(`with ${codec} are read from a topic that we made`, async () => {
      await ensureTopic(kafka, settings());
      await sendCompressed(servers.kafkaBrokers.join(","), topic, codec, lines);
      await consume();
      await expectLines(lines);
    });
  }

  it("are read from a topic that others made with another compression.type, whose other settings stay", async () => {
    await admin().createTopics({
      waitForLeaders: true,
      topics: [
        {
          ...{ topic, numPartitions: 1, replicationFactor: 1 },
          configEntries: [
            { name: "compression.type", value: "zstd" },
            { name: "retention.ms", value: "86400000" },
          ],
        },
      ],
    });
    await ensureTopic(kafka, settings());
    const { resources } = await admin().describeConfigs({
      includeSynonyms: false,
      resources: [{ ...configsOf(topic), configNames: ["compression.type", "retention.ms"] }],
    });
    const entries = resources[0]?.configEntries.map(({ configName, configValue }) => [
      configName,
      configValue,
    ]);
    expect(entries).to.have.deep.members([
      ["compression.type", "uncompressed"],
      ["retention.ms", "86400000"],
    ]);
    await sendCompressed(servers.kafkaBrokers.join(","), topic, "lz4", lines);
    await consume();
    await expectLines(lines);
  });
});
