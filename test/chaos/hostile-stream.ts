import { createMessageProducer, type MessageProducer } from "../../kafka/produce.ts";
import { createHostileMessages } from "../setup/hostile-messages.ts";
import type { Target } from "./fault.ts";

/** A message of another producer, found again by its token. */
export interface ForeignMessage {
  readonly token: string;
  /** Whether it was said that Kafka has it, at the first attempt: then it is there exactly once. */
  readonly acknowledged: boolean;
  readonly sentMs: number;
}

/** How many at a time. */
const perBatch = 20;

/** Sends messages that mean no good, a batch at each call, and says of each whether Kafka has it. */
export interface HostileStream {
  send(): Promise<readonly ForeignMessage[]>;
  close(): Promise<void>;
}

/** Of one seed it is one sequence of messages. A batch is sent once: what was acknowledged is there exactly once. */
export function openHostileStream({ kafka, stack, topic }: Target, seed: number): HostileStream {
  const settings = {
    partitions: 6,
    replicationFactor: 1,
    brokers: stack.urls.KAFKA_BROKERS.split(","),
  };
  const producer: MessageProducer = createMessageProducer(kafka, settings, {
    retries: 0,
    maxRetryTimeMs: 500,
  });
  const next = createHostileMessages(seed);
  let group = 0;

  return {
    async send() {
      const messages = Array.from({ length: perBatch }, () => next(group++)).flat();
      const sentMs = Date.now();
      const acknowledged = await sendOnce(producer, topic, group / perBatch, messages);
      return messages.map(({ key }) => ({ token: key.toString(), acknowledged, sentMs }));
    },
    close: () => producer.close(),
  };
}

async function sendOnce(
  producer: MessageProducer,
  topic: string,
  turn: number,
  messages: ReturnType<ReturnType<typeof createHostileMessages>>,
): Promise<boolean> {
  try {
    const { partitions } = await producer.describeTopic(topic);
    const partition = turn % partitions;
    await producer.send(
      topic,
      partition,
      messages.map(({ key, value, headers }) => ({ partition, key, value, headers })),
    );
    return true;
  } catch {
    return false;
  }
}
