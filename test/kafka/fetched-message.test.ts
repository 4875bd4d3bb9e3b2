import { randomUUID } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import type { IHeaders, KafkaMessage, Message } from "kafkajs";
import { Utf8Writer } from "../../generate/utf8-writer.ts";
import { fixedText } from "../../generate/words.ts";
import { FetchedMessage } from "../../kafka/fetched-message.ts";
import { createClaimsReader, readIdentity, readReplayOf, recordMessage } from "../../kafka/message.ts";
import { encodeRecordBatch, encodeRunRecords } from "../../kafka/record-batch.ts";
import { RunRecords } from "../../kafka/run-records.ts";
import { readTraceparents, traceProducer } from "../../kafka/trace-context.ts";
import { decodeFetched } from "../setup/fetch-answer.ts";

/** Messages as they come out of a fetched batch. */
async function fetch(messages: readonly Message[], timestampMs = 0): Promise<FetchedMessage[]> {
  const records = encodeRecordBatch(messages, timestampMs);
  // Base offset 1000.
  records.writeBigInt64BE(1_000n, 0);
  const entries = await decodeFetched({ records });
  return entries.filter((entry) => entry instanceof FetchedMessage);
}

const bytes = fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array));
const value = fc.option(bytes);
const name = fc.oneof(fc.constantFrom("constructor", "__proto__", "run_id", "seq"), fc.string());

const traceparents = ["a", "b"].map((digit) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`);

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

  it("has less than a thousand headers read of half a million, and claims nothing by them", async () => {
    const headers = {
      run_id: randomUUID(),
      seq: "0",
      "": Array.from({ length: 500_000 }, () => Buffer.alloc(0)),
    };
    const [message] = await fetch([{ value: "{}", headers }]);
    if (message === undefined) throw new Error("nothing was fetched");
    expect(message.headerCount).to.equal(500_002);
    expect(message.headers).to.include.keys("run_id", "seq");
    expect(message.headers[""]).to.have.length(997);
    const received = message as FetchedMessage & KafkaMessage;
    expect(createClaimsReader()(received)).to.deep.equal({
      identity: { kind: "invalid", detail: "it has 500002 headers, more than 1000" },
      replayOf: null,
    });
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
    const traceparent = fc.constantFrom(traceparents[0], traceparents[1], "", "x".repeat(54), "x".repeat(56));
    const headers = fc.oneof(
      { weight: 3, arbitrary: fc.record({ run_id: run, seq }) },
      { weight: 3, arbitrary: fc.record({ traceparent, run_id: run, seq }) },
      fc.record({ run_id: run, seq, traceparent }),
      fc.record({ traceparent, seq, run_id: run }),
      fc.record({ traceparent, run_id: run, replay_of: seq }),
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
    const fetched = await fetch(
      labels.map((label, seq) => recordMessage(0, runId, seq, "{}", { fault: label })),
    );
    expect(fetched.map((message) => readClaims(message as never))).to.deep.equal(
      labels.map((_label, seq) => ({ identity: { kind: "record", runId, seq }, replayOf: null })),
    );
  });

  it("of a run is recognised as fast where it carries a trace", async () => {
    const runId = randomUUID();
    const sent: Message[] = [];
    const batches: RunRecords[] = [];
    const producer = traceProducer(
      {
        send: async (_topic, _partition, messages) => {
          if (messages instanceof RunRecords) batches.push(messages);
          else sent.push(...messages);
          return 0;
        },
        describeTopic: () => Promise.reject(new Error("not asked for")),
        readTopicIds: () => Promise.reject(new Error("not asked for")),
        close: async () => undefined,
      },
      {
        traceparent: () => traceparents[sent.length === 0 ? 0 : 1] ?? null,
        inSpan: (_name, _options, work) =>
          work({ rename: () => undefined, set: () => undefined, fail: () => undefined }),
        close: async () => undefined,
        bullmq: {} as never,
      },
    );
    for (const seq of [0, 12_345, 999_999_999_999_999]) {
      await producer.send("topic", 0, [recordMessage(0, runId, seq, "{}")]);
    }
    const write = (_seq: number, out: Utf8Writer): void => out.word(fixedText("{}"), 0);
    await producer.send("topic", 0, new RunRecords(runId, 12_345, 1, write));
    const [batch] = batches;
    if (batch === undefined) expect.fail("the batch was taken apart");
    // What the batch holds is what the messages would be that are traced one by one.
    expect(
      encodeRunRecords(batch, 7, 0, new Utf8Writer()).bytes.equals(encodeRecordBatch(sent.slice(1, 2), 7)),
    ).to.equal(true);
    const fetched = await fetch(sent);
    expect(readTraceparents(fetched as never)).to.deep.equal(traceparents);
    for (const message of fetched) {
      Object.defineProperty(message, "headers", {
        get: () => {
          throw new Error("the headers were decoded");
        },
      });
    }
    const readClaims = createClaimsReader();
    expect(fetched.map((message) => readClaims(message as never).identity)).to.deep.equal(
      [0, 12_345, 999_999_999_999_999].map((seq) => ({ kind: "record", runId, seq })),
    );
  });

  it("names its trace, whichever way its headers are read, and none that cannot be one", async () => {
    const carried = (headers: IHeaders): Message => ({ value: "{}", headers });
    const [first = "", second = ""] = traceparents;
    const fetched = await fetch([
      carried({ traceparent: first, run_id: randomUUID(), seq: "1" }),
      carried({ run_id: randomUUID(), seq: "2", traceparent: second }),
      carried({ traceparent: first }),
      carried({ traceparent: "00-ab" }),
      carried({ traceparent: [first, second] }),
      carried({}),
    ]);
    expect(readTraceparents(fetched as never)).to.deep.equal([first, second]);
  });
});
