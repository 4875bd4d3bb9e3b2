import zlib from "node:zlib";
import { requireSize } from "./size-limit.ts";

/** What makes frames, and reads one. */
interface Zstandard {
  compress(bytes: Buffer): Uint8Array;
  /** @param capacity at least what the frame has uncompressed, or else it throws */
  decompress(frame: Buffer, capacity: number): Uint8Array;
}

/** Of Node 22.15 and newer. */
interface NodeZstandard {
  readonly zstdCompressSync: (bytes: Buffer) => Buffer;
  readonly zstdDecompressSync: (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer;
}

let library: Zstandard | null = hasZstandard(zlib) ? fromNode(zlib) : null;
let loading: Promise<void> | null = null;

/** To be waited for before anything is made or read: for Node 20 what newer ones have must be loaded. */
export function prepareZstd(): Promise<void> {
  loading ??= library === null ? loadWebAssembly() : Promise.resolve();
  return loading;
}

function prepared(): Zstandard {
  if (library === null) throw new Error("prepareZstd was not waited for");
  return library;
}

function hasZstandard(library: object): library is NodeZstandard {
  return "zstdCompressSync" in library;
}

function fromNode({ zstdCompressSync, zstdDecompressSync }: NodeZstandard): Zstandard {
  return {
    compress: (bytes) => zstdCompressSync(bytes),
    // Of no bytes it would not hear.
    decompress: (frame, capacity) => zstdDecompressSync(frame, { maxOutputLength: Math.max(1, capacity) }),
  };
}

/** The reference implementation as WebAssembly: to be dropped together with Node 20. */
async function loadWebAssembly(): Promise<void> {
  const { compress, decompress, init } = await import("@bokuweb/zstd-wasm");
  await init();
  library = {
    compress: (bytes) => compress(bytes),
    decompress: (frame, capacity) => decompress(frame, { defaultHeapSize: capacity }),
  };
}

/** Makes one frame. */
export const compressZstd = (bytes: Buffer): Uint8Array => prepared().compress(bytes);

/**
 * Reads Zstandard frames, one or several, which need not say how many bytes they have (Java's do not).
 * https://datatracker.ietf.org/doc/html/rfc8878
 * @throws where it is no such frame, or has more than `maxBytes` uncompressed: no more room than for them is made
 */
export function decompressZstd(bytes: Buffer, maxBytes: number): Buffer {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (const { start, end, contentSize, mostBytes } of listFrames(bytes)) {
    requireSize(size + (contentSize ?? 0), maxBytes);
    const part = decompressFrame(bytes.subarray(start, end), Math.min(mostBytes, maxBytes - size));
    parts.push(part);
    size += part.length;
  }
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) {
    return Buffer.from(first.buffer, first.byteOffset, first.byteLength);
  }
  return Buffer.concat(parts, size);
}

function decompressFrame(frame: Buffer, capacity: number): Uint8Array {
  try {
    return prepared().decompress(frame, capacity);
  } catch (cause) {
    throw new Error(`its Zstandard frame is damaged, or has more than ${capacity} bytes uncompressed`, {
      cause,
    });
  }
}

interface Frame {
  readonly start: number;
  readonly end: number;
  /** What it says of itself; null where it does not say. */
  readonly contentSize: number | null;
  /** What it can have at the most, since a block has 128 kB at the most. */
  readonly mostBytes: number;
}

const frameMagic = 0xfd2fb528;
/** The last four bits may be any. */
const skippableMagic = 0x184d2a50;
const maxBlockSize = 128 * 1024;

function listFrames(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const magic = bytes.readUInt32LE(at);
    if ((magic & ~0xf) === skippableMagic) {
      at += 8 + bytes.readUInt32LE(at + 4);
      continue;
    }
    if (magic !== frameMagic) throw new Error("it is no Zstandard frame");
    const frame = readFrame(bytes, at);
    frames.push(frame);
    at = frame.end;
  }
  return frames;
}

/** Walks over a frame's blocks by their headers. */
function readFrame(bytes: Buffer, start: number): Frame {
  const descriptor = bytes.readUInt8(start + 4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] as number;
  const sizeAt = start + 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
  let mostBytes = 0;
  let isLast = false;
  let at = sizeAt + sizeBytes;
  while (!isLast) {
    const header = bytes.readUIntLE(at, 3);
    const size = header >> 3;
    const kind = (header >> 1) & 3;
    isLast = (header & 1) === 1;
    // Stored, one byte repeated, compressed.
    mostBytes += kind === 2 ? maxBlockSize : size;
    at += 3 + (kind === 1 ? 1 : size);
  }
  const end = at + ((descriptor & 0x04) !== 0 ? 4 : 0);
  if (end > bytes.length) throw new RangeError("its Zstandard frame breaks off");
  const contentSize = readContentSize(bytes, sizeAt, sizeBytes);
  return { start, end, contentSize, mostBytes: contentSize ?? mostBytes };
}

function readContentSize(bytes: Buffer, at: number, sizeBytes: number): number | null {
  switch (sizeBytes) {
    case 0:
      return null;
    case 2:
      return bytes.readUInt16LE(at) + 256;
    case 8:
      return Number(bytes.readBigUInt64LE(at));
    default:
      return bytes.readUIntLE(at, sizeBytes);
  }
}
