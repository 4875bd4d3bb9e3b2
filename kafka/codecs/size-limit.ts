/** @throws where something has more bytes than it may */
export function requireSize(size: number, maxBytes: number): void {
  if (size > maxBytes) {
    throw new RangeError(`it has more than the ${maxBytes} bytes that are decompressed at the most`);
  }
}
