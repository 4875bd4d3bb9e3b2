import { expect } from "chai";
import fc from "fast-check";
import type { IHeaders } from "kafkajs";
import {
  readHeaders,
  readIdentity,
  readReplayOf,
  recordMessage,
  replayMessage,
} from "../../kafka/message.ts";

const runId = "01980000-0000-7000-8000-0123456789ab";

/** Headers as a consumer gets them: bytes. */
const received = (headers: Record<string, string | readonly string[]>): IHeaders =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === "string" ? Buffer.from(value) : value.map((text) => Buffer.from(text)),
    ]),
  );

describe("a message's headers", () => {
  it("name the run and sequence number that they were made with", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.maxSafeNat(), (run, seq) => {
        const { headers, value, partition } = recordMessage(3, run, seq, "{}");
        const asReceived = received(headers as Record<string, string>);
        expect(readIdentity(asReceived)).to.deep.equal({ kind: "record", runId: run, seq });
        expect({ value, partition }).to.deep.equal({ value: "{}", partition: 3 });
      }),
    );
  });

  it("name the fault of a message that is faulty on purpose, and who it is all the same", () => {
    const seen = recordMessage(3, runId, 7, null, { fault: "tombstone" });
    expect(seen).to.deep.equal({
      partition: 3,
      key: null,
      value: null,
      headers: { run_id: runId, seq: "7", fault: "tombstone" },
    });
    const identity = readIdentity(received(seen.headers as Record<string, string>));
    expect(identity).to.deep.equal({ kind: "record", runId, seq: 7 });
  });

  it("without run and sequence number are another producer's", () => {
    expect(readIdentity(undefined)).to.deep.equal({ kind: "foreign" });
    expect(readIdentity({})).to.deep.equal({ kind: "foreign" });
    expect(readIdentity(received({ traceparent: "00-ab", replay_of: "7" }))).to.deep.equal({
      kind: "foreign",
    });
  });

  const invalid: readonly (readonly [string, Record<string, string | readonly string[]>, RegExp])[] = [
    ["a run without a sequence number", { run_id: runId }, /^header run_id without seq$/],
    ["a sequence number without a run", { seq: "0" }, /^header seq without run_id$/],
    ["no UUID", { run_id: "7", seq: "0" }, /run_id/],
    ["a UUID in upper case", { run_id: runId.toUpperCase(), seq: "0" }, /run_id .*lower case/],
    ["a UUID in braces", { run_id: `{${runId}}`, seq: "0" }, /run_id/],
    ["a UUID with a newline", { run_id: `${runId}\n`, seq: "0" }, /run_id/],
    ["two runs", { run_id: [runId, runId], seq: "0" }, /run_id is not one/],
    ["two sequence numbers", { run_id: runId, seq: ["0", "1"] }, /seq is not one/],
    ["an empty sequence number", { run_id: runId, seq: "" }, /seq/],
    ["a negative one", { run_id: runId, seq: "-1" }, /seq/],
    ["a fraction", { run_id: runId, seq: "1.0" }, /seq/],
    ["a power of ten", { run_id: runId, seq: "1e3" }, /seq/],
    ["leading zeros", { run_id: runId, seq: "007" }, /seq/],
    ["white space", { run_id: runId, seq: " 7" }, /seq/],
    ["other digits", { run_id: runId, seq: "٧" }, /seq/],
    ["2^53", { run_id: runId, seq: String(2 ** 53) }, /2\^53 - 1/],
    ["2^63", { run_id: runId, seq: "9223372036854775808" }, /seq/],
  ];
  for (const [what, headers, detail] of invalid) {
    it(`with ${what} name nobody, and say why`, () => {
      const identity = readIdentity(received(headers));
      expect(identity.kind).to.equal("invalid");
      if (identity.kind === "invalid") expect(identity.detail).to.match(detail);
    });
  }

  it("whose values are null name nobody, and are kept as empty ones", () => {
    const headers = { run_id: null, seq: null, other: [null, Buffer.from("x")] } as unknown as IHeaders;
    expect(readIdentity(headers)).to.include({ kind: "invalid" });
    expect(readReplayOf({ replay_of: null } as unknown as IHeaders)).to.equal(null);
    expect(Array.from(readHeaders(headers), ([name, values]) => [name, values.map(String)])).to.deep.equal([
      ["run_id", [""]],
      ["seq", [""]],
      ["other", ["", "x"]],
    ]);
  });

  it("are kept where kafkajs puts before their values what every object inherits", () => {
    const headers = { constructor: [Object, Buffer.from("x")], ["__proto__"]: [{}, Buffer.from("y")] };
    const kept = readHeaders(headers as unknown as IHeaders);
    expect(kept.get("constructor")?.map(String)).to.deep.equal(["x"]);
    expect(kept.get("__proto__")?.map(String)).to.deep.equal(["y"]);
  });

  it("never make reading throw, whatever the bytes", () => {
    const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
    const names = fc.oneof(fc.constantFrom("run_id", "seq", "replay_of", "__proto__"), fc.string());
    const headers = fc.dictionary(
      names,
      fc.oneof(bytes, fc.array(bytes), fc.constant(undefined), fc.constant(null as never)),
      {
        noNullPrototype: true,
      },
    );
    fc.assert(
      fc.property(headers, (any) => {
        expect(readIdentity(any).kind).to.be.oneOf(["record", "foreign", "invalid"]);
        const replayOf = readReplayOf(any);
        expect(replayOf === null || Number.isSafeInteger(replayOf)).to.equal(true);
        for (const values of readHeaders(any).values()) expect(values.every(Buffer.isBuffer)).to.equal(true);
      }),
    );
  });

  it("are kept in a dead letter's replay, with a mark", () => {
    const letter = {
      id: 17,
      key: Buffer.from("key"),
      payload: Buffer.from([0, 255]),
      headers: { run_id: [Buffer.from(runId).toString("base64")], twice: ["AA==", "/w=="] },
    };
    const message = replayMessage(2, letter);
    expect(message).to.deep.include({ partition: 2, key: letter.key, value: letter.payload });
    expect(message.headers?.run_id).to.deep.equal([Buffer.from(runId)]);
    expect(message.headers?.twice).to.deep.equal([Buffer.from([0]), Buffer.from([255])]);
    expect(readReplayOf({ replay_of: Buffer.from(String(message.headers?.replay_of)) })).to.equal(17);
  });

  it("of a replay that is replayed name the newest dead letter", () => {
    const headers = { replay_of: [Buffer.from("17").toString("base64")] };
    expect(replayMessage(0, { id: 18, key: null, payload: null, headers }).headers?.replay_of).to.equal("18");
  });

  it("name no dead letter where the mark is no number", () => {
    for (const mark of ["", "x", "-1", "1.5", "99999999999999999"]) {
      expect(readReplayOf(received({ replay_of: mark }))).to.equal(null);
    }
  });
});
