/** Reversed polynomial of Castagnoli's CRC-32. */
const polynomial = 0x82f63b78;

/** At k * 256 + byte: what a byte does to the checksum when k more bytes follow it. */
const table = new Int32Array(16 * 256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  table[byte] = crc;
}
for (let at = 256; at < table.length; at++) {
  const before = t(at - 256);
  table[at] = (before >>> 8) ^ t(before & 0xff);
}

/**
 * Castagnoli's CRC-32 (RFC 3720, appendix B.4) of the bytes from `start`, sixteen at a time.
 * @returns from 0 to 2^32 - 1
 */
export function crc32c(bytes: Uint8Array, start = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let crc = -1;
  let at = start;
  for (const end = bytes.length - 15; at < end; at += 16) {
    const a = crc ^ view.getInt32(at, true);
    const b = view.getInt32(at + 4, true);
    const c = view.getInt32(at + 8, true);
    const d = view.getInt32(at + 12, true);
    crc =
      t(0xf00 + (a & 0xff)) ^
      t(0xe00 + ((a >>> 8) & 0xff)) ^
      t(0xd00 + ((a >>> 16) & 0xff)) ^
      t(0xc00 + (a >>> 24)) ^
      t(0xb00 + (b & 0xff)) ^
      t(0xa00 + ((b >>> 8) & 0xff)) ^
      t(0x900 + ((b >>> 16) & 0xff)) ^
      t(0x800 + (b >>> 24)) ^
      t(0x700 + (c & 0xff)) ^
      t(0x600 + ((c >>> 8) & 0xff)) ^
      t(0x500 + ((c >>> 16) & 0xff)) ^
      t(0x400 + (c >>> 24)) ^
      t(0x300 + (d & 0xff)) ^
      t(0x200 + ((d >>> 8) & 0xff)) ^
      t(0x100 + ((d >>> 16) & 0xff)) ^
      t(d >>> 24);
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ t((crc ^ (bytes[at] as number)) & 0xff);
  return (crc ^ -1) >>> 0;
}

function t(at: number): number {
  return table[at] as number;
}
