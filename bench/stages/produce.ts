import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { type Kafka, type Message, Partitioners } from "kafkajs";
import { generateText } from "../../generate/write-record.ts";
import { createKafka } from "../../kafka/client.ts";
import { messagesPerSend } from "../../kafka/cut-batches.ts";
import { recordMessage } from "../../kafka/message.ts";
import { createMessageProducer } from "../../kafka/produce.ts";
import { RunRecords } from "../../kafka/run-records.ts";
import { createLogger } from "../../service/log.ts";
import { installServerTools } from "../../stack/install/tools.ts";
import { serverEnvironment } from "../../stack/settings.ts";
import { createRecordWriter } from "../../types/user/generate.ts";
import { userType } from "../../types/user/user.ts";
import type { BenchStack } from "../bench-stack.ts";
import { type Measurement, median, rateOf, type Timing, timed } from "../measure.ts";
import { benchOptions } from "../records.ts";

const records = 50_000;
const kafkaRecords = 300_000;
const rounds = 3;
const partitions = 2;

/** Sends so many messages to a partition, for the records from this sequence number on. */
type Send = (partition: number, firstSeq: number, length: number) => Promise<unknown>;

/** Records made and sent as a worker does it, beside a kafkajs loop with ready messages, and Kafka's own producer. */
export async function benchProduce({ kafkaBrokers, directory }: BenchStack): Promise<Measurement[]> {
  const brokers = kafkaBrokers.split(",");
  const kafka = createKafka({ brokers, clientId: "bench", log: createLogger("bench", "error") });
  const topic = { brokers, topic: `bench-${randomUUID()}`, partitions, replicationFactor: 1 };
  const producer = createMessageProducer(kafka, topic, { retries: 5, maxRetryTimeMs: 2_000 });
  const write = createRecordWriter(userType, benchOptions);
  const generate = generateText(write);
  const runId = randomUUID();
  const sendOwn: Send = (partition, firstSeq, length) =>
    producer.send(topic.topic, partition, new RunRecords(runId, firstSeq, length, write));
  const ready = recordMessage(0, runId, 0, generate(0));
  const own: number[] = [];
  const bare: number[] = [];
  try {
    await producer.describeTopic(topic.topic);
    await withPlainProducer(kafka, topic.topic, async (sendPlainly) => {
      const sendReady: Send = (partition, _firstSeq, length) =>
        sendPlainly(Array.from({ length }, () => ({ ...ready, partition })));
      for (let round = 0; round <= rounds; round++) {
        const ownSeconds = await timed(() => sendAll(sendOwn));
        const bareSeconds = await timed(() => sendAll(sendReady));
        // The first round warms both up.
        if (round === 0) continue;
        own.push(ownSeconds);
        bare.push(bareSeconds);
      }
    });
  } finally {
    await producer.close();
  }
  const payloads = path.join(directory, "payloads.txt");
  await writeFile(payloads, Array.from({ length: 2_000 }, (_, seq) => `${generate(seq)}\n`).join(""));
  return [
    rateOf("produce", "generated and sent by one process", { records, seconds: median(own) }, [
      { what: "a bare kafkajs loop, one ready record", records, seconds: median(bare) },
      {
        what: "Kafka's own producer, ready records",
        ...(await timeKafkasProducer(kafkaBrokers, topic.topic, payloads)),
      },
    ]),
  ];
}

/** kafkajs as it is: it groups and encodes the messages itself. */
async function withPlainProducer(
  kafka: Kafka,
  topic: string,
  work: (send: (messages: Message[]) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  try {
    await work((messages) => producer.send({ topic, acks: -1, messages }));
  } finally {
    await producer.disconnect();
  }
}

/** A send to each partition under way at a time, as in a worker. */
async function sendAll(send: Send): Promise<void> {
  let next = 0;
  async function sendInto(partition: number): Promise<void> {
    while (next < records) {
      const start = next;
      next += messagesPerSend;
      await send(partition, start, messagesPerSend);
    }
  }
  await Promise.all(Array.from({ length: partitions }, (_, partition) => sendInto(partition)));
}

/** Kafka's own measuring program, with batches of the size of ours; a JVM that is warm by the end. */
async function timeKafkasProducer(brokers: string, topic: string, payloadFile: string): Promise<Timing> {
  const { java, kafkaJars } = await installServerTools();
  const { stdout } = await promisify(execFile)(
    java,
    [
      ...["-cp", path.join(kafkaJars, "*"), "org.apache.kafka.tools.ProducerPerformance"],
      ...["--bootstrap-server", brokers, "--topic", topic],
      ...["--num-records", String(kafkaRecords), "--throughput", "-1", "--payload-file", payloadFile],
      ...["--command-property", "acks=all", "batch.size=250000", "linger.ms=5"],
    ],
    { env: serverEnvironment() },
  );
  const rate = [...stdout.matchAll(/records sent, ([\d.]+) records\/sec/g)].at(-1)?.[1];
  if (rate === undefined) throw new Error(`Kafka's producer said nothing of its rate:\n${stdout}`);
  return { records: kafkaRecords, seconds: kafkaRecords / Number(rate) };
}
