import { randomUUID } from "node:crypto";
import { createKafka } from "../../kafka/client.ts";
import { recordMessage } from "../../kafka/message.ts";
import { createMessageProducer, type MessageProducer, messagesPerSend } from "../../kafka/produce.ts";
import { createLogger } from "../../service/log.ts";
import { type Measurement, measurement, median, timed } from "../measure.ts";
import { benchGenerator } from "../records.ts";

const records = 50_000;
const rounds = 3;

/** Messages with headers, made from records, as a worker sends them; beside the same sending of one ready value. */
export async function benchProduce(kafkaBrokers: string): Promise<Measurement> {
  const log = createLogger("bench", "error");
  const brokers = kafkaBrokers.split(",");
  const kafka = createKafka({ brokers, clientId: "bench", log });
  const topic = { brokers, topic: `bench-${randomUUID()}`, partitions: 2, replicationFactor: 1 };
  const producer = createMessageProducer(kafka, topic, { retries: 5, maxRetryTimeMs: 2_000 });
  const generate = benchGenerator();
  const runId = randomUUID();
  const value = generate(0);
  const full: number[] = [];
  const bare: number[] = [];
  try {
    await producer.describeTopic();
    for (let round = 0; round <= rounds; round++) {
      const fullSeconds = await timed(() =>
        sendAll(producer, (partition, seq) => recordMessage(partition, runId, seq, generate(seq))),
      );
      const bareSeconds = await timed(() => sendAll(producer, (partition) => ({ partition, value })));
      if (round === 0) continue;
      full.push(fullSeconds);
      bare.push(bareSeconds);
    }
  } finally {
    await producer.close();
  }
  return measurement("produce", records, median(full), {
    what: "the same way with one ready value, no headers",
    seconds: median(bare),
  });
}

/** Two sends under way at a time, as in a worker. */
async function sendAll(
  producer: MessageProducer,
  message: (partition: number, seq: number) => Parameters<MessageProducer["send"]>[1][number],
): Promise<void> {
  let next = 0;
  async function sendInto(partition: number): Promise<void> {
    while (next < records) {
      const start = next;
      next += messagesPerSend;
      const messages = Array.from({ length: messagesPerSend }, (_, index) =>
        message(partition, start + index),
      );
      await producer.send(partition, messages);
    }
  }
  await Promise.all([sendInto(0), sendInto(1)]);
}
