import { expect } from "chai";
import kafkajs, { type Kafka, type Message } from "kafkajs";
import { recordMessage } from "../../kafka/message.ts";
import { createMessageProducer } from "../../kafka/produce.ts";
import { readMessages } from "../../kafka/read-messages.ts";
import { RunRecords } from "../../kafka/run-records.ts";
import { ensureTopic } from "../../kafka/topic.ts";
import { readOnConsole } from "../setup/console-consumer.ts";
import { codecs, sendCompressed } from "../setup/console-producer.ts";
import { keepConsuming } from "../setup/consumer.ts";
import { eventually } from "../setup/eventually.ts";
import { createTopic, kafkaAdmin, testKafka } from "../setup/kafka.ts";
import { servers } from "../setup/servers.ts";
import { unique } from "../setup/unique.ts";

const brokers = servers.kafkaBrokers.join(",");

describe("compressed messages", function () {
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
  const createWith = (compressionType: string) =>
    createTopic(admin(), topic, 1, { "compression.type": compressionType, "retention.ms": "86400000" });
  async function readSettings(): Promise<string[]> {
    const { resources } = await admin().describeConfigs({
      includeSynonyms: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: topic,
          configNames: ["compression.type", "retention.ms"],
        },
      ],
    });
    return (
      resources[0]?.configEntries.map(({ configName, configValue }) => `${configName}=${configValue}`) ?? []
    );
  }
  const consume = async (): Promise<void> => {
    stop = await keepConsuming(kafka, {
      ...{ topics: [topic], group: unique("group"), concurrency: 1, onAssigned: () => undefined },
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
    it(`of Kafka's own producer are read in ${codec}, from a topic that keeps them as they come`, async () => {
      await ensureTopic(kafka, settings());
      expect(await readSettings()).to.include("compression.type=producer");
      await sendCompressed(brokers, topic, codec, lines);
      await consume();
      await expectLines(lines);
      const seen = await readMessages(
        kafka,
        { topic, partition: 0 },
        { first: 0, end: lines.length },
        { from: 30, limit: 20 },
      );
      expect(seen.messages.map(({ value }) => String(value))).to.deep.equal(lines.slice(30));
    });

    it(`are read from a topic whose administrator has them stored in ${codec}, which stays so`, async () => {
      await createWith(codec);
      await ensureTopic(kafka, settings());
      await sendCompressed(brokers, topic, codec === "lz4" ? "zstd" : "lz4", lines);
      await consume();
      await expectLines(lines);
      expect(await readSettings()).to.have.members([`compression.type=${codec}`, "retention.ms=86400000"]);
    });

    it(`of ours are read in ${codec} by Kafka's own consumer, keys and headers too`, async () => {
      const producer = createMessageProducer(
        kafka,
        { ...settings(), brokers: servers.kafkaBrokers },
        { retries: 2, maxRetryTimeMs: 500, compression: codec },
      );
      await producer.describeTopic(topic);
      const runId = "01234567-89ab-7def-8123-456789abcdef";
      const messages: Message[] = lines.map((value, n) => ({
        key: `key ${n}`,
        value,
        headers: { n: String(n) },
      }));
      await producer.send(topic, 0, [...messages, recordMessage(0, runId, 7, lines[0] ?? "")]);
      const records = new RunRecords(runId, 8, 300, (seq, out) => {
        out.reserve(20_000);
        for (const byte of Buffer.from(`{"seq":${seq},"city":"Ulm"}`)) out.byte(byte);
      });
      expect(await producer.send(topic, 0, records)).to.equal(351);
      await producer.close();

      const expected = [
        ...lines.map((value, n) => `n:${n}\tkey ${n}\t${value}`),
        `run_id:${runId},seq:7\tnull\t${lines[0]}`,
        ...Array.from(
          { length: 300 },
          (_, n) => `run_id:${runId},seq:${n + 8}\tnull\t{"seq":${n + 8},"city":"Ulm"}`,
        ),
      ];
      expect(await readOnConsole(brokers, topic, expected.length)).to.deep.equal(expected);
      await consume();
      await expectLines(expected.map((line) => line.split("\t")[2] ?? ""));
    });
  }
});
