import { readFileSync } from "node:fs";
import zlib from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { type Codec, codecs, compress, decompress, prepareCodecs } from "../../kafka/codecs/codec.ts";

const enough = 32 * 1024 * 1024;
const real = codecs.filter((codec) => codec !== "none");

const compressed = (codec: Codec, bytes: Buffer): Buffer => Buffer.from(compress(codec, bytes));
const decompressed = (codec: Codec, bytes: Buffer, maxBytes = enough): Buffer =>
  decompress(codecs.indexOf(codec), bytes, maxBytes);

/** From noise to one byte again and again, and what lies between. */
const content = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 80 }), fc.nat(200_000))
    .map(([pattern, size]) => Buffer.alloc(size, pattern)),
  fc
    .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 90 }), fc.nat(60)), { maxLength: 60 })
    .map((parts) => Buffer.concat(parts.map(([bytes, times]) => Buffer.alloc(bytes.length * times, bytes)))),
  // Beyond one block of every codec, with nothing in it that repeats.
  fc.nat().map((seed) => noise(70_000 + (seed % 1_000), seed)),
);

function noise(size: number, seed: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed;
  for (let at = 0; at < size; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

before(prepareCodecs);

describe("a codec", () => {
  for (const codec of real) {
    it(`${codec} gives back what it was given`, () => {
      fc.assert(
        fc.property(content, (bytes) => {
          expect(decompressed(codec, compressed(codec, bytes)).equals(bytes)).to.equal(true);
        }),
        { numRuns: 150 },
      );
    });

    it(`${codec} makes records a good deal smaller`, () => {
      const records = Array.from({ length: 500 }, (_, n) => `{"name":"Ann ${n}","city":"Ulm","seq":${n}}`);
      const bytes = Buffer.from(records.join("\n"));
      expect(compressed(codec, bytes).length).to.be.lessThan(bytes.length / 2);
    });

    it(`${codec} takes up to as many bytes as it may, and makes no room for more`, () => {
      const bytes = Buffer.alloc(400_000, "Ulm ");
      const small = compressed(codec, bytes);
      expect(decompressed(codec, small, bytes.length).equals(bytes)).to.equal(true);
      expect(() => decompressed(codec, small, bytes.length - 1)).to.throw(/than|larger/);
    });

    it(`${codec} says of damaged bytes that they are, whatever was done to them`, () => {
      const bytes = compressed(codec, Buffer.from('{"name":"Ann","city":"Ulm"}\n'.repeat(300)));
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 4 }),
          fc.nat(bytes.length),
          (changes, length) => {
            const damaged = Buffer.from(bytes);
            for (const [at, byte] of changes) damaged[at] = byte;
            let result: Buffer | null = null;
            try {
              result = decompressed(codec, damaged.subarray(0, length), 100_000);
            } catch (error) {
              expect(error).to.be.instanceOf(Error);
            }
            expect(result?.length ?? 0).to.be.at.most(100_000);
          },
        ),
        { numRuns: 2_000 },
      );
    });
  }

  it("that does not exist is named", () => {
    for (const id of [5, 6, 7]) {
      expect(() => decompress(id, Buffer.from("x"), enough)).to.throw(`codec ${id} is unknown`);
    }
  });

  const frames: Readonly<Record<"lz4" | "snappy" | "zstd", Readonly<Record<string, string>>>> = JSON.parse(
    readFileSync(new URL("fixtures/frames.json", import.meta.url), "utf8"),
  );
  const text = Array.from({ length: 8_000 }, (_, n) => {
    return `{"seq":${n % 50},"city":"Ulm ${(n % 50) * 7}"}\n`;
  }).join("");
  for (const codec of ["lz4", "snappy", "zstd"] as const) {
    for (const [name, bytes] of Object.entries(frames[codec])) {
      it(`${codec} reads what others write: ${name}`, () => {
        expect(decompressed(codec, Buffer.from(bytes, "base64")).toString() === text).to.equal(true);
      });
    }
  }

  it("snappy reads several of Java's streams one behind the other", () => {
    const [first, second] = ["Ann ".repeat(9_000), "Ulm ".repeat(20)];
    const both = Buffer.concat([first, second].map((part) => compressed("snappy", Buffer.from(part))));
    expect(decompressed("snappy", both).toString()).to.equal(first + second);
  });

  it("gzip reads several members one behind the other", () => {
    const both = Buffer.concat(["Ann ", "Ulm"].map((part) => zlib.gzipSync(part)));
    expect(decompressed("gzip", both).toString()).to.equal("Ann Ulm");
  });
});

describe("a decompression bomb", () => {
  const blocks = 8_000;
  /** Frame without a size, window of 1 MB; blocks of 128 kB that are one byte, four bytes each: 1 GB in 32 kB. */
  const zstdBlock = (isLast: boolean): Buffer => {
    const block = Buffer.alloc(4);
    block.writeUIntLE((131_072 << 3) | (1 << 1) | (isLast ? 1 : 0), 0, 3);
    return block;
  };
  /** Of one block of up to 4 MB compressed. */
  const lz4Frame = (block: Buffer): Buffer => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(block.length);
    return Buffer.concat([Buffer.from("04224d18607000", "hex"), size, block, Buffer.alloc(4)]);
  };
  const flush = { finishFlush: zlib.constants.Z_FULL_FLUSH };
  const gzipPiece = zlib.deflateRawSync(Buffer.alloc(2 ** 24), flush);
  const bombs: readonly (readonly [Codec, string, Buffer])[] = [
    [
      "zstd",
      "a frame of 1 GB that does not say so",
      Buffer.concat([
        Buffer.from("28b52ffd0050", "hex"),
        ...Array.from({ length: blocks }, (_, n) => zstdBlock(n === blocks - 1)),
      ]),
    ],
    // Content size of 8 bytes, no window.
    ["zstd", "a frame that says it has 2^60 bytes", Buffer.from("28b52ffde00000000000000010010000", "hex")],
    // Of one stream, whose pieces are the same; nobody comes to its end.
    [
      "gzip",
      "1 GB in 1 MB",
      Buffer.concat([Buffer.from("1f8b08000000000000ff", "hex"), ...Array(64).fill(gzipPiece)]),
    ],
    ["snappy", "a block that says it has 4 GB", Buffer.from("ffffffff0f00", "hex")],
    [
      "snappy",
      "a stream of 10,000 blocks that say 4 MB each",
      Buffer.concat([
        Buffer.from("82534e41505059000000000100000001", "hex"),
        ...Array.from({ length: 10_000 }, () => Buffer.from("0000000580808002ff", "hex")),
      ]),
    ],
    [
      "lz4",
      "a match of 255 MB in one block",
      lz4Frame(
        Buffer.concat([Buffer.from("1f610100", "hex"), Buffer.alloc(1_000_000, 0xff), Buffer.alloc(2)]),
      ),
    ],
  ];
  for (const [codec, what, bomb] of bombs) {
    it(`does not go off: ${codec}, ${what}`, () => {
      const before = process.memoryUsage();
      expect(() => decompressed(codec, bomb)).to.throw(/than|larger/);
      const after = process.memoryUsage();
      expect(after.rss - before.rss, "bytes taken").to.be.lessThan(3 * enough);
    });
  }
});
