import { createRequire } from "node:module";
import { expect } from "chai";
import { CarriedBatch, headroom } from "../../kafka/carry-record-batches.ts";
import { encodeRecordBatch } from "../../kafka/record-batch.ts";
import { testKafka } from "../setup/kafka.ts";

const require = createRequire(import.meta.url);

interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}
interface Request {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly encode: () => Promise<Encoded>;
}

/** The bytes that kafkajs would write to its socket. */
async function frame(request: Request): Promise<Buffer> {
  const createRequest = require("kafkajs/src/protocol/request.js");
  const { buffer } = await createRequest({ correlationId: 7, clientId: "worker", request });
  return buffer;
}

function produceRequest(batch: CarriedBatch, topic = "topic"): Request {
  // Making a client is what puts the carrier in its place.
  testKafka();
  const createProduceRequest = require("kafkajs/src/protocol/requests/produce/v7/request.js");
  const topicData = [{ topic, partitions: [{ partition: 3, messages: [batch] }] }];
  return createProduceRequest({ acks: -1, timeout: 30_000, topicData });
}

describe("a carried batch", () => {
  const bytes = encodeRecordBatch([{ value: "one" }, { value: "two" }], 5, headroom);

  it("becomes a request where it is, the same as if kafkajs had put it together", async () => {
    const batch = new CarriedBatch(3, Buffer.from(bytes));
    const request = produceRequest(batch);
    const sent = await frame(request);
    const { buffer } = await produceRequest(new CarriedBatch(3, Buffer.from(bytes))).encode();
    const copied = Buffer.from(buffer);
    expect(sent).to.deep.equal(
      await frame({ ...request, encode: async () => ({ buf: copied, buffer: copied }) }),
    );
    expect(sent.buffer).to.equal(batch.value.buffer);
    expect(sent.readInt32BE(0)).to.equal(sent.length - 4);
    expect(sent.subarray(-(bytes.length - headroom))).to.deep.equal(bytes.subarray(headroom));
    expect(batch.wasSentOnce).to.equal(true);
  });

  it("is sent again from other memory, since a socket may still hold the first", async () => {
    const batch = new CarriedBatch(3, Buffer.from(bytes));
    const first = await frame(produceRequest(batch));
    const again = await frame(produceRequest(batch));
    expect(again).to.deep.equal(first);
    first.fill(0);
    expect(again.equals(first)).to.equal(false);
    expect(batch.wasSentOnce).to.equal(false);
  });

  it("takes the longest name that a topic can have", async () => {
    const topic = "t".repeat(249);
    const sent = await frame(produceRequest(new CarriedBatch(3, Buffer.from(bytes)), topic));
    expect(sent.includes(topic)).to.equal(true);
  });

  it("leaves kafkajs's other requests as they are", async () => {
    testKafka();
    const createMetadataRequest = require("kafkajs/src/protocol/requests/metadata/v5/request.js");
    const sent = await frame(createMetadataRequest({ topics: ["a", "b"], allowAutoTopicCreation: false }));
    // Size, key 3 of version 5, correlation id, client; two topics; no creation.
    expect(sent.toString("hex")).to.equal(
      "0000001b" + "00030005" + "00000007" + "0006776f726b6572" + "00000002" + "000161" + "000162" + "00",
    );
  });
});
