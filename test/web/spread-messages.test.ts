import { expect } from "chai";
import type { Message } from "kafkajs";
import type { MessageProducer } from "../../kafka/produce.ts";
import { encodeRecordBatch } from "../../kafka/record-batch.ts";
import { createSpreadMessages } from "../../web/records/distribute-messages.ts";

/** What a broker takes in one batch by default. */
const brokersLimit = 1_048_588;

/** Sends messages, and tells the bytes of the batches that they make. */
async function batchesOf(messages: readonly Message[]): Promise<number[]> {
  const sizes: number[] = [];
  const producer: MessageProducer = {
    describeTopic: async () => ({ id: null, partitions: 1 }) as never,
    readTopicIds: async () => new Map(),
    send: async (_topic, _partition, sent) =>
      sizes.push(encodeRecordBatch(sent as readonly Message[], 0).length),
    close: async () => undefined,
  };
  await createSpreadMessages(producer)("topic", messages, (_, message) => message);
  return sizes;
}

describe("spreading messages over partitions", () => {
  const large = Buffer.alloc(400_000);
  for (const [what, message] of [
    ["values", { value: large }],
    ["keys", { key: large, value: null }],
    ["headers", { value: "{}", headers: { x: large } }],
    ["many headers", { value: "{}", headers: { x: Array(900).fill("x".repeat(400)) } }],
  ] as const) {
    it(`makes no batch that a broker refuses, of large ${what}`, async () => {
      const sizes = await batchesOf(Array.from({ length: 9 }, () => message as Message));
      for (const size of sizes) expect(size).to.be.below(brokersLimit);
      expect(sizes.length).to.be.below(9);
    });
  }
});
