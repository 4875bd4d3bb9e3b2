import { copyBytes, repeatBytes } from "./copy-bytes.ts";
import { findMatches } from "./find-matches.ts";
import { requireSize } from "./size-limit.ts";

/** What Java's library puts before its blocks, and in front of each of several streams: a name, its version, the least that reads it. */
const streamName = Buffer.from("82534e4150505900", "hex");
const streamHeader = Buffer.concat([streamName, Buffer.from("0000000100000001", "hex")]);

/**
 * Reads Snappy as Kafka's producers write it: Java's as a stream of blocks behind their lengths, librdkafka's as one block.
 * https://github.com/xerial/snappy-java/blob/master/src/main/java/org/xerial/snappy/SnappyInputStream.java
 * https://github.com/google/snappy/blob/main/format_description.txt
 * @throws where it is neither, or has more than `maxBytes` uncompressed: then before there is room made for them
 */
export function decompressSnappy(bytes: Buffer, maxBytes: number): Buffer {
  const blocks = listBlocks(bytes).map((block) => ({ block, ...readSize(block) }));
  const size = blocks.reduce((sum, block) => sum + block.size, 0);
  requireSize(size, maxBytes);
  const output = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const { block, start, size: blockSize } of blocks) {
    readBlock(block, start, output, at, at + blockSize);
    at += blockSize;
  }
  return output;
}

function listBlocks(bytes: Buffer): Buffer[] {
  if (!startsStream(bytes, 0)) return [bytes];
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (startsStream(bytes, at)) {
      at += streamHeader.length;
      continue;
    }
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new RangeError("its Snappy stream breaks off");
    blocks.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return blocks;
}

const startsStream = (bytes: Buffer, at: number): boolean =>
  streamName.equals(bytes.subarray(at, at + streamName.length));

/** A block begins with the number of its bytes uncompressed, seven bits a byte. */
function readSize(block: Buffer): { readonly size: number; readonly start: number } {
  let size = 0;
  for (let start = 0; start < 5; start++) {
    const byte = block.readUInt8(start);
    size += (byte & 0x7f) * 2 ** (7 * start);
    if (byte < 0x80) return { size, start: start + 1 };
  }
  throw new RangeError("a Snappy block has a size without an end");
}

/** Writes the block's elements, literals and copies of what was before them in the block, from `first` to `end`. */
function readBlock(block: Buffer, start: number, output: Buffer, first: number, end: number): void {
  let to = first;
  for (let at = start; at < block.length; ) {
    const tag = block[at++] as number;
    const kind = tag & 3;
    let length = (tag >> 2) + 1;
    if (kind === 0) {
      const sizeBytes = length - 60;
      if (sizeBytes > 0) {
        length = block.readUIntLE(at, sizeBytes) + 1;
        at += sizeBytes;
      }
      if (at + length > block.length || to + length > end) throw new RangeError("a Snappy block breaks off");
      copyBytes(block, at, output, to, length);
      at += length;
    } else {
      let distance: number;
      if (kind === 1) {
        length = ((tag >> 2) & 7) + 4;
        distance = ((tag >> 5) << 8) | block.readUInt8(at);
        at += 1;
      } else {
        distance = kind === 2 ? block.readUInt16LE(at) : block.readUInt32LE(at);
        at += kind === 2 ? 2 : 4;
      }
      if (distance > to - first || to + length > end) throw new RangeError("a Snappy block is damaged");
      repeatBytes(output, to, distance, length);
    }
    to += length;
  }
  if (to !== end) throw new RangeError("a Snappy block has another size than it says");
}

/** That of Java's library; its blocks are independent. */
const blockSize = 32 * 1024;

/** Makes a stream as Kafka's own producer does. */
export function compressSnappy(bytes: Buffer): Buffer {
  const blocks = Math.ceil(bytes.length / blockSize);
  const worst = streamHeader.length + bytes.length + Math.ceil(bytes.length / 6) + blocks * (4 + 32);
  const output = Buffer.allocUnsafeSlow(worst);
  let at = streamHeader.copy(output);
  for (let start = 0; start < bytes.length; start += blockSize) {
    const end = Math.min(bytes.length, start + blockSize);
    const to = writeBlock(bytes, start, end, output, at + 4);
    output.writeUInt32BE(to - at - 4, at);
    at = to;
  }
  return output.subarray(0, at);
}

/** @returns where it ends */
function writeBlock(bytes: Buffer, start: number, end: number, output: Buffer, from: number): number {
  let to = from;
  let size = end - start;
  for (; size > 0x7f; size >>>= 7) output[to++] = (size & 0x7f) | 0x80;
  output[to++] = size;
  const writeLiterals = (literalsFrom: number, literals: number): void => {
    if (literals === 0) return;
    const rest = literals - 1;
    if (rest < 60) output[to++] = rest << 2;
    else if (rest < 0x100) {
      output[to++] = 60 << 2;
      output[to++] = rest;
    } else {
      output[to++] = 61 << 2;
      output[to++] = rest & 0xff;
      output[to++] = rest >> 8;
    }
    to += copyBytes(bytes, literalsFrom, output, to, literals);
  };
  const writeCopy = (distance: number, length: number): void => {
    if (length < 12 && distance < 2_048) {
      output[to++] = 1 | ((length - 4) << 2) | ((distance >> 8) << 5);
      output[to++] = distance & 0xff;
    } else {
      output[to++] = 2 | ((length - 1) << 2);
      output[to++] = distance & 0xff;
      output[to++] = distance >> 8;
    }
  };
  const literalsFrom = findMatches(bytes, start, end, (from, at, distance, length) => {
    writeLiterals(from, at - from);
    let rest = length;
    // A copy has at most 64 bytes; what is left of it at least 4.
    for (; rest > 67; rest -= 64) writeCopy(distance, 64);
    if (rest > 64) {
      writeCopy(distance, 60);
      rest -= 60;
    }
    writeCopy(distance, rest);
  });
  writeLiterals(literalsFrom, end - literalsFrom);
  return to;
}
