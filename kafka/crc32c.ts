/** Reversed polynomial of Castagnoli's CRC-32. */
const polynomial = 0x82f63b78;

/** tables[k][byte]: what a byte does to the checksum when k more bytes follow it. */
const tables = Array.from({ length: 8 }, () => new Uint32Array(256));
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  (tables[0] as Uint32Array)[byte] = crc;
}
for (let k = 1; k < 8; k++) {
  for (let byte = 0; byte < 256; byte++) {
    const before = tables[k - 1]?.[byte] as number;
    (tables[k] as Uint32Array)[byte] = (before >>> 8) ^ (tables[0]?.[before & 0xff] as number);
  }
}

const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
];

/**
 * Castagnoli's CRC-32 (RFC 3720, appendix B.4) of the bytes from `start`, eight at a time.
 * @returns from 0 to 2^32 - 1
 */
export function crc32c(bytes: Uint8Array, start = 0): number {
  let crc = 0xffffffff;
  let at = start;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low =
      crc ^ (b(bytes, at) | (b(bytes, at + 1) << 8) | (b(bytes, at + 2) << 16) | (b(bytes, at + 3) << 24));
    crc =
      (t7[low & 0xff] as number) ^
      (t6[(low >>> 8) & 0xff] as number) ^
      (t5[(low >>> 16) & 0xff] as number) ^
      (t4[low >>> 24] as number) ^
      (t3[b(bytes, at + 4)] as number) ^
      (t2[b(bytes, at + 5)] as number) ^
      (t1[b(bytes, at + 6)] as number) ^
      (t0[b(bytes, at + 7)] as number);
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ (t0[(crc ^ b(bytes, at)) & 0xff] as number);
  return (crc ^ 0xffffffff) >>> 0;
}

const b = (bytes: Uint8Array, at: number): number => bytes[at] as number;
