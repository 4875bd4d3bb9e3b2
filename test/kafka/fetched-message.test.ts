import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { expect } from "chai";
import fc from "fast-check";
import type { IHeaders, Message } from "kafkajs";
import { FetchedMessage } from "../../kafka/fetched-message.ts";
import { createClaimsReader, readIdentity, readReplayOf, recordMessage } from "../../kafka/message.ts";
import { encodeRecordBatch } from "../../kafka/record-batch.ts";
import { testKafka } from "../setup/kafka.ts";

const require = createRequire(import.meta.url);

/** Messages as they come out of kafkajs's decoder of a batch. */
async function fetch(messages: readonly Message[], timestampMs = 0): Promise<FetchedMessage[]> {
  // Making a client is what puts the decoder in its place.
  testKafka();
  const Decoder = require("kafkajs/src/protocol/decoder.js");
  const decodeBatch = require("kafkajs/src/protocol/recordBatch/v0/decoder.js");
  const batch = encodeRecordBatch(messages, timestampMs);
  // Base offset 1000.
  batch.writeBigInt64BE(1_000n, 0);
  return (await decodeBatch(new Decoder(batch))).records;
}

const bytes = fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array));
const value = fc.option(bytes);
const name = fc.oneof(fc.constantFrom("constructor", "__proto__", "run_id", "seq"), fc.string());

describe("a fetched message", () => {
  it("is what was sent, with its place and time", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ key: value, value, headers: fc.dictionary(name, fc.array(bytes)) }), {
          minLength: 1,
          maxLength: 70,
        }),
        fc.nat(2 ** 45),
        async (messages, timestampMs) => {
          const fetched = await fetch(messages, timestampMs);
          expect(fetched.length).to.equal(messages.length);
          for (const [index, message] of fetched.entries()) {
            expect(message).to.be.instanceOf(FetchedMessage);
            expect(message.offset).to.equal(String(1_000 + index));
            expect(message.timestamp).to.equal(String(timestampMs));
            expect(message.isControlRecord).to.equal(false);
            expect(message.key).to.deep.equal(messages[index]?.key);
            expect(message.value).to.deep.equal(messages[index]?.value);
            const sent = Object.entries(messages[index]?.headers ?? {}).filter(
              ([, values]) => values.length > 0,
            );
            expect(
              Object.entries(message.headers).map(([key, values]) => [key, [values].flat()]),
            ).to.deep.equal(sent);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("keeps a header that has no value", async () => {
    const headers = { first: null, second: [null, Buffer.from("x")] } as unknown as IHeaders;
    const [message] = await fetch([{ value: "", headers }]);
    expect(message?.headers).to.deep.equal(headers);
  });

  it("makes the claims of its headers, whichever way they are read", async () => {
    const runIds = [randomUUID(), randomUUID()];
    const seq = fc.oneof(
      fc.maxSafeNat().map(String),
      fc.nat(100).map(String),
      fc.constantFrom(
        "",
        "00",
        "01",
        "-1",
        "+1",
        "1.5",
        "1e3",
        " 1",
        "1 ",
        "9007199254740993",
        "999999999999999",
      ),
    );
    const run = fc.oneof(
      fc.constantFrom(...runIds),
      fc.constantFrom("x".repeat(36), randomUUID().toUpperCase(), "", randomUUID().slice(1)),
    );
    const headers = fc.oneof(
      { weight: 3, arbitrary: fc.record({ run_id: run, seq }) },
      fc.record({ seq, run_id: run }),
      fc.record({ run_id: run, seq, replay_of: fc.nat().map(String) }),
      fc.record({ run_id: run, seq, fault: fc.constantFrom("late", "not_json") }),
      fc.record({ run_id: run, seq: fc.tuple(seq, seq).map((both) => [...both]) }),
      fc.record({ run_id: run }),
      fc.record({ RUN_ID: run, seq }),
      fc.dictionary(name, bytes),
    ) as fc.Arbitrary<IHeaders>;
    await fc.assert(
      fc.asyncProperty(fc.array(headers, { minLength: 1, maxLength: 20 }), async (all) => {
        const readClaims = createClaimsReader();
        for (const message of await fetch(all.map((one) => ({ value: "{}", headers: one })))) {
          const { headers: received } = message;
          expect(readClaims(message as never)).to.deep.equal({
            identity: readIdentity(received),
            replayOf: readReplayOf(received),
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  it("of a run is recognised by its run and its number", async () => {
    const runId = randomUUID();
    const readClaims = createClaimsReader();
    const seqs = [0, 7, 10, 999_999_999_999_999, Number.MAX_SAFE_INTEGER];
    const fetched = await fetch(seqs.map((seq) => recordMessage(0, runId, seq, "{}")));
    expect(fetched.map((message) => readClaims(message as never).identity)).to.deep.equal(
      seqs.map((seq) => ({ kind: "record", runId, seq })),
    );
  });

  it("that is labelled as faulty is recognised between others of its run", async () => {
    const runId = randomUUID();
    const readClaims = createClaimsReader();
    const labels = [undefined, "late", undefined, "invalid_date", "not_json", undefined];
    const fetched = await fetch(labels.map((label, seq) => recordMessage(0, runId, seq, "{}", label)));
    expect(fetched.map((message) => readClaims(message as never))).to.deep.equal(
      labels.map((_label, seq) => ({ identity: { kind: "record", runId, seq }, replayOf: null })),
    );
  });
});
