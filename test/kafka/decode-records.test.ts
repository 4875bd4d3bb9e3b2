import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import type { IHeaders, Message } from "kafkajs";
import { codecs, compress, prepareCodecs } from "../../kafka/codecs/codec.ts";
import { newDecodeBudget } from "../../kafka/decode-limits.ts";
import { decodeRecords } from "../../kafka/decode-records.ts";
import type { FetchedMessage } from "../../kafka/fetched-message.ts";
import { encodeRecordBatch } from "../../kafka/record-batch.ts";
import { UndecodableBatch } from "../../kafka/undecodable-batch.ts";
import { decodeAnswer, decodeFetched, messagesOf, undecodableOf } from "../setup/fetch-answer.ts";
import { batchHeadSize, forgeBatch, sealBatch } from "../setup/forge-batch.ts";

/** A batch as it stands in a log. */
function batchAt(
  base: number,
  messages: readonly Message[],
  codec: (typeof codecs)[number] = "none",
): Buffer {
  const batch = encodeRecordBatch(messages, 1_000, 0, codec);
  batch.writeBigInt64BE(BigInt(base), 0);
  return batch;
}

const values = (...all: readonly string[]): Message[] => all.map((value) => ({ value }));

/** A record behind its length. */
function forgeRecord(body: string): Buffer {
  const bytes = Buffer.from(body.replaceAll(" ", ""), "hex");
  return Buffer.concat([Buffer.from([bytes.length * 2]), bytes]);
}

const textsOf = (entries: Parameters<typeof messagesOf>[0]): string[] =>
  messagesOf(entries).map(({ offset, value }) => `${offset} ${value}`);

before(prepareCodecs);

const sets: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL("fixtures/message-sets.json", import.meta.url), "utf8"),
);

describe("records as Kafka's own client writes them", () => {
  const isStamped = (name: string): boolean => name.endsWith("stamped by the broker");
  const isPlain = (name: string): boolean => name.includes("none");
  const firstTimestamp = 1_600_000_000_000;

  function expected(name: string, n: number) {
    const city = n === 5 && !isPlain(name) ? "Ulm ".repeat(25_000) : "Ulm";
    const time = isStamped(name) ? firstTimestamp + 6_000 : firstTimestamp + n * 1_000;
    return {
      offset: String(40 + n),
      timestamp: name.startsWith("magic 0") ? "-1" : String(time),
      key: n % 2 === 0 ? null : `key ${n}`,
      value: n === 3 ? null : `{"name":"Ann ${n}","city":"${city}"}`,
      headers: {},
    };
  }

  for (const [name, base64] of Object.entries(sets)) {
    it(`are read: ${name}`, async () => {
      const records = Buffer.from(base64, "base64");
      const messages = messagesOf(await decodeFetched({ from: 40, records }));
      const read = messages.map(({ offset, timestamp, key, value, headers }) => ({
        ...{ offset, timestamp, headers },
        key: key?.toString() ?? null,
        value: value?.toString() ?? null,
      }));
      expect(read).to.deep.equal([0, 1, 2, 3, 4, 5].map((n) => expected(name, n)));
    });
  }

  it("are read from the middle of a compressed set or batch, which Kafka gives as a whole", async () => {
    for (const [name, base64] of Object.entries(sets)) {
      const records = Buffer.from(base64, "base64");
      const messages = messagesOf(await decodeFetched({ from: 43, records }));
      expect(
        messages.map(({ offset }) => offset),
        name,
      ).to.deep.equal(["43", "44", "45"]);
    }
  });

  it("are read where formats follow one another in a log, as its producers were brought up to date", async () => {
    const records = Buffer.concat(
      ["magic 0, none", "magic 0, lz4", "magic 1, snappy", "magic 2, zstd"].map((name, index) => {
        const bytes = Buffer.from(sets[name] ?? "", "base64");
        // The offsets of a compressed message of format 0 stand inside it.
        return index === 1 ? moveSet(bytes, 0) : moveSet(bytes, (index - 1) * 6);
      }),
    );
    // 40 to 45 stand there twice: what comes a second time is no batch that can follow.
    const messages = messagesOf(
      await decodeFetched({ from: 0, records: records.subarray(setSize(records)) }),
    );
    expect(messages.map(({ offset }) => Number(offset))).to.deep.equal([
      ...[40, 41, 42, 43, 44, 45],
      ...[46, 47, 48, 49, 50, 51],
      ...[52, 53, 54, 55, 56, 57],
    ]);
  });

  /** Gives a batch, or a message with others in it, an offset that is so much higher. */
  function moveSet(bytes: Buffer, by: number): Buffer {
    bytes.writeBigInt64BE(bytes.readBigInt64BE(0) + BigInt(by), 0);
    return bytes;
  }
  /** Of the six entries in front. */
  function setSize(records: Buffer): number {
    let at = 0;
    for (let n = 0; n < 6; n++) at += 12 + records.readInt32BE(at + 8);
    return at;
  }
});

describe("a record batch that is sent", () => {
  const bytes = fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array));
  const message = fc.record({
    key: fc.option(bytes),
    value: fc.option(bytes),
    headers: fc.dictionary(fc.string(), fc.oneof(bytes, fc.array(bytes, { minLength: 2, maxLength: 3 })), {
      maxKeys: 4,
    }) as fc.Arbitrary<IHeaders>,
  });

  for (const codec of codecs) {
    it(`in ${codec} is read as it was, from wherever in it`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(message, { minLength: 1, maxLength: 60 }),
          fc.nat(70),
          fc.nat(2 ** 40),
          async (messages, skipped, base) => {
            const records = batchAt(base, messages, codec);
            const read = messagesOf(await decodeFetched({ from: base + skipped, records }));
            expect(
              read.map(({ offset, key, value, headers }) => ({
                offset,
                key,
                value,
                headers: { ...headers },
              })),
            ).to.deep.equal(
              messages
                .map(({ key, value, headers }, n) => ({
                  ...{ offset: String(base + n), key, value },
                  headers: { ...headers },
                }))
                .slice(skipped),
            );
          },
        ),
        { numRuns: 60 },
      );
    });
  }
});

describe("a batch that cannot be read", () => {
  const good = batchAt(10, values("a", "b"));
  const behind = batchAt(15, values("c"));
  const ofMiddle = (batch: Buffer): Promise<Awaited<ReturnType<typeof decodeFetched>>> =>
    decodeFetched({ records: Buffer.concat([good, batch, behind]), highWatermark: 16 });

  const changed = (batch: Buffer, change: (bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.from(batch);
    change(bytes);
    return bytes;
  };
  const three = { count: 3 };
  const forged = (records: readonly Buffer[], options?: Parameters<typeof forgeBatch>[2]): Buffer =>
    forgeBatch(12, Buffer.concat(records), { ...three, ...options });
  const record = (delta: number, rest: string): Buffer =>
    forgeRecord(`00 00 ${Buffer.from([delta * 2]).toString("hex")} ${rest}`);
  const valid = [0, 1, 2].map((delta) => record(delta, "01 06 616263 00"));
  const last = (rest: string): Buffer[] => [...valid.slice(0, 2), record(2, rest)];
  const zstdOf = (size: number): Uint8Array => compress("zstd", Buffer.alloc(size));
  const largeRecord = (size: number): Buffer =>
    encodeRecordBatch([{ value: "a" }, { value: Buffer.alloc(size, "x") }, { value: "b" }], 0).subarray(
      batchHeadSize,
    );

  const cases: readonly (readonly [string, () => Buffer, RegExp])[] = [
    [
      "a byte changed",
      () => changed(batchAt(12, values("x", "y", "z")), (b) => b.writeUInt8(0x78, 70)),
      /checksum is wrong/,
    ],
    [
      "another last offset",
      () => changed(batchAt(12, values("x", "y", "z")), (b) => b.writeInt32BE(900, 23)),
      /checksum/,
    ],
    [
      "a last offset below its first",
      () => changed(batchAt(12, values("x")), (b) => b.writeInt32BE(-9, 23)),
      /checksum/,
    ],
    ["an unknown codec", () => forged(valid, { attributes: 5 }), /codec 5 is unknown/],
    ["the last unknown codec", () => forged(valid, { attributes: 7 }), /codec 7 is unknown/],
    [
      "an unknown format",
      () => changed(batchAt(12, values("x", "y", "z")), (b) => b.writeInt8(3, 16)),
      /is of format 3/,
    ],
    ["no gzip", () => forged(valid, { attributes: 1 }), /incorrect header check/],
    ["no Snappy", () => forged(valid, { attributes: 2 }), /Snappy/],
    ["no LZ4", () => forged(valid, { attributes: 3 }), /it is no LZ4 frame/],
    ["no Zstandard", () => forged(valid, { attributes: 4 }), /it is no Zstandard frame/],
    [
      "more than may be decompressed",
      () => forged([Buffer.from(zstdOf(33 * 1024 * 1024))], { attributes: 4 }),
      /more than the 33554432 bytes that are decompressed/,
    ],
    [
      "a compressed message of 5 MB",
      () => forged([Buffer.from(compress("lz4", largeRecord(5_000_000)))], { attributes: 3 }),
      /a message of it has 5000009 bytes uncompressed, more than 4194304/,
    ],
    ["fewer records than it says", () => forged(valid.slice(1), {}), /offsets are not in order|breaks off/],
    ["fewer records than it says, at the end", () => forged(valid.slice(0, 2)), /a record breaks off/],
    ["more records than it says", () => forged(valid, { count: 2, lastDelta: 2 }), /more than the 2 records/],
    [
      "a negative number of records",
      () => forged(valid, { count: -1, lastDelta: 2 }),
      /more than the -1 records/,
    ],
    [
      "offsets that are not in order",
      () => forged([valid[1], valid[0], valid[2]] as Buffer[]),
      /not in order/,
    ],
    ["one offset twice", () => forged([valid[0], valid[0], valid[2]] as Buffer[]), /not in order/],
    [
      "an offset behind its last",
      () => forged([...valid.slice(0, 2), record(9, "01 06 616263 00")]),
      /not in order/,
    ],
    [
      "a record of negative size",
      () => forged([...valid.slice(0, 2), Buffer.from("03", "hex")]),
      /fewer bytes than none/,
    ],
    ["a record of no bytes", () => forged([...valid.slice(0, 2), Buffer.from("00", "hex")]), /breaks off/],
    [
      "a size of a record without an end",
      () => forged([...valid.slice(0, 2), Buffer.alloc(9, 0xff)]),
      /32 bits/,
    ],
    [
      "a time without an end",
      () => forged([...valid.slice(0, 2), forgeRecord(`00 ${"ff".repeat(12)}`)]),
      /64 bits/,
    ],
    [
      "a value longer than its record",
      () => forged(last("01 7e 616263 00")),
      /does not end where it should|breaks off/,
    ],
    [
      "bytes behind a record's headers",
      () => forged(last("01 06 616263 00 00")),
      /does not end where it should/,
    ],
    ["a negative number of headers", () => forged(last("01 06 616263 01")), /fewer headers than none/],
    ["two billion headers", () => forged(last("01 06 616263 feffffff0f")), /breaks off/],
    ["a header without a name", () => forged(last("01 06 616263 02 01 00")), /without a name/],
    ["a header longer than its record", () => forged(last("01 06 616263 02 7e 61")), /breaks off/],
  ];
  for (const [what, make, reason] of cases) {
    it(`stands for its messages, and those before and behind it are read: ${what}`, async () => {
      const batch = make();
      const entries = await ofMiddle(batch);
      expect(textsOf(entries)).to.deep.equal(["10 a", "11 b", "15 c"]);
      const [undecodable, ...others] = undecodableOf(entries);
      expect(others).to.deep.equal([]);
      expect(undecodable?.[0]).to.equal(12);
      expect(undecodable?.[1])
        .to.match(reason)
        .and.match(/^The batch of offsets 12 to 1[24] \(codec .* cannot be read: /);
      const entry = entries.find((one) => one instanceof UndecodableBatch);
      expect(entry?.value.equals(batch)).to.equal(true);
      expect(Number(entries.at(-1)?.offset)).to.equal(15);
    });
  }

  it("is one that is put together as these are, but for its mistake", async () => {
    expect(textsOf(await ofMiddle(forged(valid)))).to.deep.equal([
      ...["10 a", "11 b"],
      ...["12 abc", "13 abc", "14 abc"],
      "15 c",
    ]);
  });

  it("ends where it says, at the log's end where that cannot be true, or where the next begins", async () => {
    const offsetsOf = async (records: Buffer, highWatermark: number): Promise<number[]> =>
      (await decodeFetched({ records, highWatermark })).map(({ offset }) => Number(offset));
    const unknown = forgeBatch(10, Buffer.alloc(5), { attributes: 5, count: 100 });
    expect(await offsetsOf(unknown, 200)).to.deep.equal([10, 109]);
    const damaged = changed(unknown, (b) => b.writeInt32BE(2 ** 31 - 1, 23));
    expect(await offsetsOf(damaged, 50)).to.deep.equal([10, 49]);
    expect(await offsetsOf(Buffer.concat([damaged, batchAt(30, values("x"))]), 50)).to.deep.equal([
      10, 29, 30,
    ]);
  });

  it("is not read again from where it ends, although its broker gives it again", async () => {
    const damaged = changed(batchAt(10, values("a", "b", "c")), (b) => b.writeInt32BE(2 ** 31 - 1, 23));
    const records = Buffer.concat([damaged, batchAt(13, values("d"))]);
    expect(textsOf(await decodeFetched({ from: 13, records, highWatermark: 14 }))).to.deep.equal(["13 d"]);
    expect(undecodableOf(await decodeFetched({ from: 13, records, highWatermark: 14 }))).to.deep.equal([]);
  });

  const oldCases: readonly (readonly [string, () => Buffer, RegExp])[] = [
    [
      "a byte changed",
      () => changed(oldMessage(0, 12, "abcd"), (b) => b.fill(0x78, 20)),
      /checksum is wrong/,
    ],
    [
      "bytes behind its value",
      () => oldMessage(1, 12, "abcd", { more: "x" }),
      /does not end where it should/,
    ],
    ["an unknown codec", () => oldMessage(1, 12, "abcd", { attributes: 6 }), /codec 6 is unknown/],
    ["no gzip", () => oldMessage(0, 12, "abcd", { attributes: 1 }), /incorrect header check/],
    ["no value to decompress", () => oldMessage(0, 12, "", { attributes: 2 }), /out of range|outside/],
    ["nothing compressed", () => compressedSet(1, []), /it has no messages in it/],
    ["a bomb", () => oldMessage(1, 12, compress("gzip", Buffer.alloc(2 ** 26)), { attributes: 1 }), /larger/],
    [
      "messages that break off",
      () => compressedSet(1, [oldMessage(1, 0, "a").subarray(0, -1)]),
      /breaks off/,
    ],
    ["messages of another format", () => compressedSet(1, [oldMessage(0, 0, "a")]), /of another format/],
    [
      "compressed ones in it",
      () => compressedSet(1, [compressedSet(1, [oldMessage(1, 0, "a")])]),
      /so twice/,
    ],
    [
      "offsets that are not in order",
      () => compressedSet(1, [oldMessage(1, 1, "a"), oldMessage(1, 1, "b")]),
      /not in order/,
    ],
    [
      "one of 5 MB in it",
      () => compressedSet(1, [oldMessage(1, 0, Buffer.alloc(5_000_000))]),
      /has 5000034 bytes uncompressed/,
    ],
  ];
  for (const [what, make, reason] of oldCases) {
    it(`may be a message of an old format: ${what}`, async () => {
      const bytes = make();
      const entries = await ofMiddle(bytes);
      expect(textsOf(entries)).to.deep.equal(["10 a", "11 b", "15 c"]);
      const [undecodable, ...others] = undecodableOf(entries);
      expect(others).to.deep.equal([]);
      expect(undecodable?.[0]).to.equal(12);
      expect(undecodable?.[1])
        .to.match(reason)
        .and.match(/^The message of offset 12, or the compressed ones in it, cannot be read: /);
    });
  }

  it("of Kafka's own, or of an aborted transaction, is handed to nobody", async () => {
    const [own] = await decodeFetched({ records: forged(valid, { attributes: 0x25 }) });
    expect(own).to.include({ isControlRecord: true });
    const ofTransaction = forged(valid, { attributes: 0x15 });
    const [committed] = await decodeFetched({ records: ofTransaction });
    expect(committed).to.include({ isControlRecord: false });
    const [aborted] = await decodeFetched({ records: ofTransaction, abortedFrom: 12 });
    expect(aborted).to.include({ isControlRecord: true });
  });

  /** Of format 0 or 1, without a key. */
  function oldMessage(
    magic: 0 | 1,
    offset: number,
    value: string | Uint8Array,
    { attributes = 0, more = "" }: { readonly attributes?: number; readonly more?: string } = {},
  ): Buffer {
    const size = Buffer.alloc(4);
    size.writeInt32BE(value.length);
    const body = Buffer.concat([
      ...[Buffer.from([magic, attributes]), Buffer.alloc(magic * 8)],
      ...[Buffer.alloc(4, 0xff), size, Buffer.from(value), Buffer.from(more)],
    ]);
    const entry = Buffer.concat([Buffer.alloc(16), body]);
    entry.writeBigInt64BE(BigInt(offset), 0);
    entry.writeInt32BE(4 + body.length, 8);
    entry.writeUInt32BE(crc32(body), 12);
    return entry;
  }

  const compressedSet = (magic: 0 | 1, messages: readonly Buffer[]): Buffer =>
    oldMessage(magic, 12, compress("lz4", Buffer.concat(messages)), { attributes: 3 });
});

describe("what Kafka gives of a partition", () => {
  it("may end in the middle of a batch, which is asked for again", async () => {
    const whole = batchAt(0, values("a", "b"));
    const cut = batchAt(2, values("c", "d"));
    for (let length = 0; length < cut.length; length++) {
      const records = Buffer.concat([whole, cut.subarray(0, length)]);
      const entries = await decodeFetched({ records });
      expect(textsOf(entries), `${length} bytes of the second`).to.deep.equal(["0 a", "1 b"]);
      expect(entries).to.have.length(2);
    }
  });

  it("may be nothing", async () => {
    expect(await decodeFetched({ records: Buffer.alloc(0) })).to.deep.equal([]);
  });

  it("may have batches from which compaction has removed messages: reading goes on behind them", async () => {
    const empty = forgeBatch(5, Buffer.alloc(0), { count: 0, lastDelta: 9 });
    const emptyInZstd = forgeBatch(15, Buffer.alloc(0), { count: 0, lastDelta: 4, attributes: 4 });
    const entries = await decodeFetched({
      records: Buffer.concat([empty, emptyInZstd, batchAt(20, values("a"))]),
    });
    expect(entries.map(({ offset }) => offset)).to.deep.equal(["14", "19", "20"]);
    expect(textsOf(entries)).to.deep.equal(["20 a"]);
  });

  it("may be no batch at all: then a part of it is kept, and reading goes on with the next offset", async () => {
    const noise = Buffer.alloc(200_000, 0xff);
    const [entry, ...others] = await decodeFetched({ from: 7, records: noise, highWatermark: 100 });
    expect(others).to.deep.equal([]);
    expect(entry).to.be.instanceOf(UndecodableBatch);
    expect(entry).to.include({
      offset: "7",
      reason: "What Kafka gives at offset 7 cannot be read: it is no record batch.",
    });
    expect(entry?.value?.length).to.equal(65_536);
  });

  it("may be anything: it never throws, and what is read stands in order and not before what was asked for", () => {
    const log = Buffer.concat([
      batchAt(3, values("a", "b", "c")),
      batchAt(6, values("d", "e".repeat(300)), "gzip"),
      batchAt(8, values("f", "g"), "lz4"),
      batchAt(10, values("h", "i"), "snappy"),
      batchAt(12, values("j", "k"), "zstd"),
      // 40 to 45.
      Buffer.from(sets["magic 1, none"] ?? "", "base64"),
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(log.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(log.length),
        fc.nat(46),
        fc.boolean(),
        (changes, length, from, isForged) => {
          const bytes = Buffer.from(log);
          for (const [at, byte] of changes) bytes[at] = byte;
          if (isForged) sealBatches(bytes);
          const entries = decodeRecords(
            bytes.subarray(0, length),
            { from, highWatermark: 46 },
            newDecodeBudget(),
          );
          const offsets = entries.map(({ offset }) => Number(offset));
          expect(offsets).to.deep.equal([...new Set(offsets)].sort((a, b) => a - b));
          for (const offset of offsets) expect(offset).to.be.at.least(from);
          for (const message of messagesOf(entries)) {
            expect(message.headers).to.be.an("object");
            expect(message.timestamp).to.match(/^-?\d+$/);
            expect([message.key, message.value]).to.have.length(2);
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });

  /** Puts right the checksums of batches whose heads can still be followed. */
  function sealBatches(bytes: Buffer): void {
    for (let at = 0; at + batchHeadSize <= bytes.length; ) {
      const size = 12 + bytes.readInt32BE(at + 8);
      if (bytes[at + 16] !== 2 || size < batchHeadSize || at + size > bytes.length) return;
      sealBatch(bytes.subarray(at, at + size));
      at += size;
    }
  }

  it("may have any number of headers in a message, under one name or each its own, of which the first are read", async () => {
    const count = 200_000;
    const header = (name: string): Buffer => Buffer.from([name.length * 2, ...Buffer.from(name), 0x01]);
    const body = (names: readonly string[]): Buffer =>
      Buffer.concat([Buffer.from("0000000101", "hex"), varint(names.length), ...names.map(header)]);
    const same = body(Array.from({ length: count }, () => "a"));
    const different = body(Array.from({ length: count }, (_, n) => n.toString(36)));
    different[2] = 2;
    const records = forgeBatch(
      0,
      Buffer.concat([varint(same.length), same, varint(different.length), different]),
      {
        count: 2,
      },
    );
    const [first, second] = (await decodeFetched({ records })) as FetchedMessage[];
    expect([first?.headerCount, second?.headerCount]).to.deep.equal([count, count]);
    expect(first?.headers.a).to.have.length(999);
    expect(Object.keys(second?.headers ?? {})).to.have.length(999);
  });

  function varint(value: number): Buffer {
    const bytes: number[] = [];
    let rest = value * 2;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80);
    return Buffer.from([...bytes, rest]);
  }
});

describe("an answer that would grow without bounds", () => {
  it("is decoded as far as its messages may be, and the rest when it is asked for again", async () => {
    const record = Buffer.from("0c000000010100", "hex");
    const count = 250_000;
    const records = Buffer.concat(
      Array.from({ length: count }, (_, n) => {
        const delta = n * 2;
        const bytes = [delta & 0x7f, (delta >> 7) & 0x7f, delta >> 14].map((byte, index) =>
          index < 2 ? byte | 0x80 : byte,
        );
        return Buffer.from([(record.length + 1) * 2, 0, 0, ...bytes, 1, 1, 0]);
      }),
    );
    const batch = forgeBatch(0, compress("zstd", records), { count, attributes: 4 });
    const read: number[] = [];
    for (let from = 0; from < count; ) {
      const entries = await decodeFetched({ from, records: batch });
      expect(entries.length).to.be.within(1, 100_000);
      for (const { offset } of entries) read.push(Number(offset));
      from = (read.at(-1) ?? 0) + 1;
    }
    expect(read.length).to.equal(count);
    expect(read[count - 1]).to.equal(count - 1);
  });

  it("is decoded as far as its bytes may be, over all partitions together", async () => {
    const large = batchAt(
      0,
      Array.from({ length: 10 }, () => ({ value: Buffer.alloc(2_000_000, "x") })),
      "zstd",
    );
    const partitions = Array.from({ length: 6 }, () => ({
      records: Buffer.concat([large, batchAt(10, values("a"))]),
    }));
    const answered = await decodeAnswer(partitions);
    const bytes = answered.flatMap((entries) => messagesOf(entries).map(({ value }) => value?.length ?? 0));
    expect(bytes.reduce((sum, size) => sum + size, 0)).to.be.within(20_000_000, 52_428_800);
    expect(answered[0]?.length).to.be.greaterThan(0);
  });
});
