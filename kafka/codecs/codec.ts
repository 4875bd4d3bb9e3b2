import zlib from "node:zlib";
import { compressLz4, decompressLz4 } from "./lz4.ts";
import { compressSnappy, decompressSnappy } from "./snappy.ts";
import { compressZstd, decompressZstd, prepareZstd } from "./zstd.ts";

/** Codecs of record batches, each at the number that a batch's attributes have for it. */
export const codecs = ["none", "gzip", "snappy", "lz4", "zstd"] as const;

export type Codec = (typeof codecs)[number];

/** Bits of a batch's attributes, or an old message's. */
export const codecMask = 0x07;

interface Implementation {
  compress(bytes: Buffer): Uint8Array;
  /** @throws where the bytes are not what the codec makes, or have more than `maxBytes` uncompressed */
  decompress(bytes: Buffer, maxBytes: number): Buffer;
}

const implementations: Readonly<Record<Codec, Implementation>> = {
  none: { compress: (bytes) => bytes, decompress: (bytes) => bytes },
  gzip: {
    compress: (bytes) => zlib.gzipSync(bytes),
    decompress: (bytes, maxBytes) => zlib.unzipSync(bytes, { maxOutputLength: maxBytes }),
  },
  snappy: { compress: compressSnappy, decompress: decompressSnappy },
  lz4: { compress: compressLz4, decompress: decompressLz4 },
  zstd: { compress: compressZstd, decompress: decompressZstd },
};

/** To be waited for before anything is compressed or decompressed. */
export const prepareCodecs: () => Promise<void> = prepareZstd;

export const compress = (codec: Codec, bytes: Buffer): Uint8Array => implementations[codec].compress(bytes);

/**
 * @param attributes which say the codec
 * @throws where they say none that there is, where the bytes are not what it makes, or have more than `maxBytes` uncompressed
 */
export function decompress(attributes: number, bytes: Buffer, maxBytes: number): Buffer {
  const codec = codecs[attributes & codecMask];
  if (codec === undefined) throw new Error(`its codec ${attributes & codecMask} is unknown`);
  return implementations[codec].decompress(bytes, maxBytes);
}
