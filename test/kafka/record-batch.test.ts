import { createRequire } from "node:module";
import { expect } from "chai";
import fc from "fast-check";
import type { IHeaders, Message } from "kafkajs";
import { Utf8Writer } from "../../generate/utf8-writer.ts";
import { fixedText } from "../../generate/words.ts";
import { crc32c } from "../../kafka/crc32c.ts";
import { recordMessage } from "../../kafka/message.ts";
import { encodeRecordBatch, encodeRunRecords } from "../../kafka/record-batch.ts";
import { RunRecords } from "../../kafka/run-records.ts";
import { anyCharacter } from "../setup/any-character.ts";

const require = createRequire(import.meta.url);

/** The same by kafkajs. */
async function encodeByKafkajs(messages: readonly Message[], timestampMs: number): Promise<Buffer> {
  const encodeRecord = require("kafkajs/src/protocol/recordBatch/record/v0/index.js");
  const { RecordBatch } = require("kafkajs/src/protocol/recordBatch/v0/index.js");
  const records = messages.map((message, offsetDelta) =>
    encodeRecord({ ...message, offsetDelta, timestampDelta: 0 }),
  );
  const times = { firstTimestamp: timestampMs, maxTimestamp: timestampMs };
  const batch = await RecordBatch({ records, ...times, lastOffsetDelta: messages.length - 1 });
  return batch.buffer;
}

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const text = fc.string({ unit: anyCharacter, maxLength: 200 });
const headerValue = fc.oneof(bytes, text);
const message = fc.record({
  key: fc.option(fc.oneof(bytes, text)),
  value: fc.option(fc.oneof(bytes, text)),
  headers: fc.dictionary(
    text.filter((name) => name !== "__proto__"),
    fc.oneof(headerValue, fc.array(headerValue, { minLength: 1, maxLength: 3 })),
    { maxKeys: 4 },
  ) as fc.Arbitrary<IHeaders>,
});

describe("a record batch", () => {
  it("is the bytes that kafkajs would send", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1, maxLength: 80 }),
        fc.nat(2 ** 45),
        async (messages, timestampMs) => {
          const expected = await encodeByKafkajs(messages, timestampMs);
          expect(encodeRecordBatch(messages, timestampMs).toString("hex")).to.equal(expected.toString("hex"));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("of a run's records is that of their messages, whatever their length, with a trace, with keys, and without", () => {
    // Each batch takes the place of the one before.
    const writer = new Utf8Writer();
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.oneof(
          fc.nat(120),
          fc.maxSafeNat().map((seq) => Math.min(seq, Number.MAX_SAFE_INTEGER - 100)),
        ),
        fc.array(fc.integer({ min: 2, max: 9_000 }), { minLength: 1, maxLength: 90 }),
        fc.boolean(),
        fc.boolean(),
        (runId, firstSeq, sizes, isTraced, isKeyed) => {
          const textOf = (seq: number): string => "ä".repeat((sizes[seq - firstSeq] as number) / 2);
          const write = (seq: number, out: Utf8Writer): void => {
            out.reserve(9_000);
            out.word(fixedText(textOf(seq)), 0);
          };
          // Of every third there is none.
          const readKey = (value: Buffer): Buffer | null =>
            value.length % 3 === 0 ? null : value.subarray(0, value.length % 300);
          const records = new RunRecords(
            runId,
            firstSeq,
            sizes.length,
            write,
            isTraced ? traceparent : null,
            isKeyed ? readKey : null,
          );
          const messages = sizes.map((_size, index) => {
            const text = textOf(firstSeq + index);
            const key = isKeyed ? readKey(Buffer.from(text)) : null;
            const message = recordMessage(0, runId, firstSeq + index, text, { key });
            return isTraced ? { ...message, headers: { traceparent, ...message.headers } } : message;
          });
          const { bytes: batch } = encodeRunRecords(records, 1_234, 5, writer);
          expect(batch.subarray(5).equals(encodeRecordBatch(messages, 1_234))).to.equal(true);
          expect(encodeRecordBatch(messages, 1_234, 9).subarray(9).equals(batch.subarray(5))).to.equal(true);
        },
      ),
    );
  });

  it("takes messages beyond one byte of length and number", async () => {
    const messages = Array.from({ length: 9_000 }, (_, index) => ({
      value: "x".repeat(index % 4_000 === 0 ? 70_000 : 70),
    }));
    const expected = await encodeByKafkajs(messages, 0);
    expect(encodeRecordBatch(messages, 0).equals(expected)).to.equal(true);
  });

  it("keeps a message without a value, and a header without one, which kafkajs cannot write", () => {
    const headers = { empty: null } as unknown as IHeaders;
    const batch = encodeRecordBatch([{ key: null, value: null, headers }], 0);
    // Length, attributes, timestamp, offset, no key, no value, one header, its name, no value.
    expect(batch.subarray(61).toString("hex")).to.equal(
      `1a000000010102${"0a"}${Buffer.from("empty").toString("hex")}01`,
    );
  });

  it("has the checksum of RFC 3720", () => {
    expect(crc32c(Buffer.from("123456789"))).to.equal(0xe3069283);
    expect(crc32c(Buffer.alloc(32))).to.equal(0x8a9136aa);
    expect(crc32c(Buffer.from("..123456789"), 2)).to.equal(0xe3069283);
  });
});
