import { copyBytes, repeatBytes } from "./copy-bytes.ts";
import { findMatches } from "./find-matches.ts";
import { requireSize } from "./size-limit.ts";

const frameMagic = 0x184d2204;
/** The last four bits may be any. */
const skippableMagic = 0x184d2a50;
const maxBlockSizes = [undefined, undefined, undefined, undefined, 1 << 16, 1 << 18, 1 << 20, 1 << 22];
const storedBit = 0x80000000;

/** A block of a frame, as it stands in it. */
interface Block {
  readonly start: number;
  readonly end: number;
  readonly isStored: boolean;
}

/**
 * Reads LZ4 frames, one or several. Kafka's producers before 0.10 counted the frame's magic into the checksum of its header
 * (KIP-57), so that is not looked at; the batch has its own. Blocks may refer to those before them.
 * https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 * @throws where it is no such frame, or has more than `maxBytes` uncompressed: then before there is room made for them
 */
export function decompressLz4(bytes: Buffer, maxBytes: number): Buffer {
  const blocks = listBlocks(bytes);
  let size = 0;
  for (const block of blocks) {
    size += block.isStored ? block.end - block.start : measureBlock(bytes, block);
    requireSize(size, maxBytes);
  }
  const output = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const block of blocks) {
    at = block.isStored
      ? at + bytes.copy(output, at, block.start, block.end)
      : readBlock(bytes, block, output, at);
  }
  return output;
}

function listBlocks(bytes: Buffer): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < bytes.length; ) {
    const magic = bytes.readUInt32LE(at);
    at += 4;
    if ((magic & ~0xf) === skippableMagic) {
      at += 4 + bytes.readUInt32LE(at);
      continue;
    }
    if (magic !== frameMagic) throw new Error("it is no LZ4 frame");
    at = listFrame(bytes, at, blocks);
  }
  return blocks;
}

/** @returns where the frame ends */
function listFrame(bytes: Buffer, start: number, blocks: Block[]): number {
  const flags = bytes.readUInt8(start);
  const maxBlockSize = maxBlockSizes[(bytes.readUInt8(start + 1) >> 4) & 7];
  if (flags >> 6 !== 1 || maxBlockSize === undefined)
    throw new Error("its LZ4 frame is of an unknown version");
  if ((flags & 0x01) !== 0) throw new Error("its LZ4 frame needs a dictionary");
  const hasContentSize = (flags & 0x08) !== 0;
  const blockChecksum = (flags & 0x10) !== 0 ? 4 : 0;
  const contentChecksum = (flags & 0x04) !== 0 ? 4 : 0;
  // Flags, block size, content size, checksum of the header.
  let at = start + 3 + (hasContentSize ? 8 : 0);
  for (;;) {
    const word = bytes.readUInt32LE(at);
    at += 4;
    if (word === 0) return at + contentChecksum;
    const end = at + (word & ~storedBit);
    if (end - at > maxBlockSize || end > bytes.length) throw new Error("its LZ4 frame breaks off");
    blocks.push({ start: at, end, isStored: word >= storedBit });
    at = end + blockChecksum;
  }
}

/** Walks through a block's sequences: literals, then a match, whose lengths go on in bytes of 255. */
function measureBlock(bytes: Buffer, { start, end }: Block): number {
  let size = 0;
  for (let at = start; at < end; ) {
    const token = bytes[at++] as number;
    let literals = token >> 4;
    if (literals === 15) {
      for (let more = 255; more === 255; literals += more) more = byteAt(bytes, at++, end);
    }
    size += literals;
    at += literals;
    if (at > end) throw new RangeError("an LZ4 block breaks off");
    if (at === end) return size;
    at += 2;
    let length = token & 15;
    if (length === 15) {
      for (let more = 255; more === 255; length += more) more = byteAt(bytes, at++, end);
    }
    size += 4 + length;
  }
  throw new RangeError("an LZ4 block breaks off");
}

function byteAt(bytes: Buffer, at: number, end: number): number {
  if (at >= end) throw new RangeError("an LZ4 block breaks off");
  return bytes[at] as number;
}

/** Only for a block that was measured, for whose bytes there is room. @returns where they end */
function readBlock(bytes: Buffer, { start, end }: Block, output: Buffer, from: number): number {
  let to = from;
  for (let at = start; at < end; ) {
    const token = bytes[at++] as number;
    let literals = token >> 4;
    if (literals === 15) {
      for (let more = 255; more === 255; literals += more) more = bytes[at++] as number;
    }
    to += copyBytes(bytes, at, output, to, literals);
    at += literals;
    if (at === end) break;
    const distance = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    at += 2;
    let length = 4 + (token & 15);
    if (length === 19) {
      for (let more = 255; more === 255; length += more) more = bytes[at++] as number;
    }
    repeatBytes(output, to, distance, length);
    to += length;
  }
  return to;
}

/** As Kafka's own producer writes it: version 1, independent blocks of 64 kB, no further checksums; and the header's. */
const frameHeader = Buffer.from("04224d18604082", "hex");
const blockSize = 1 << 16;

/** Makes one frame. */
export function compressLz4(bytes: Buffer): Buffer {
  const blocks = Math.ceil(bytes.length / blockSize);
  const worst = frameHeader.length + bytes.length + Math.ceil(bytes.length / 255) + blocks * (4 + 16) + 4;
  const output = Buffer.allocUnsafeSlow(worst);
  let at = frameHeader.copy(output);
  for (let start = 0; start < bytes.length; start += blockSize) {
    const end = Math.min(bytes.length, start + blockSize);
    const size = writeBlock(bytes, start, end, output, at + 4) - at - 4;
    if (size < end - start) {
      output.writeUInt32LE(size, at);
      at += 4 + size;
    } else {
      output.writeUInt32LE(storedBit + end - start, at);
      at += 4 + bytes.copy(output, at + 4, start, end);
    }
  }
  output.writeUInt32LE(0, at);
  return output.subarray(0, at + 4);
}

/** @returns where it ends */
function writeBlock(bytes: Buffer, start: number, end: number, output: Buffer, from: number): number {
  let to = from;
  const writeLength = (length: number): void => {
    let rest = length - 15;
    for (; rest >= 255; rest -= 255) output[to++] = 255;
    output[to++] = rest;
  };
  const writeSequence = (literalsFrom: number, literals: number, matchLength: number): void => {
    output[to++] = (Math.min(literals, 15) << 4) | Math.min(matchLength, 15);
    if (literals >= 15) writeLength(literals);
    to += copyBytes(bytes, literalsFrom, output, to, literals);
  };
  const literalsFrom = findMatches(bytes, start, end, (from, at, distance, length) => {
    writeSequence(from, at - from, length - 4);
    output[to++] = distance & 0xff;
    output[to++] = distance >> 8;
    if (length - 4 >= 15) writeLength(length - 4);
  });
  writeSequence(literalsFrom, end - literalsFrom, 0);
  return to;
}
