/** Calls of functions outside V8 pay from here on. */
const shortCopy = 48;

/** @returns how many */
export function copyBytes(from: Buffer, at: number, output: Buffer, to: number, length: number): number {
  if (length > shortCopy) return from.copy(output, to, at, at + length);
  for (let n = 0; n < length; n++) output[to + n] = from[at + n] as number;
  return length;
}

/** Writes `length` bytes that stand `distance` before them; where those overlap, what has just been written repeats. */
export function repeatBytes(output: Buffer, to: number, distance: number, length: number): void {
  const at = to - distance;
  if (distance === 0 || at < 0) throw new RangeError("a match begins before the data");
  if (length > shortCopy && distance >= length) output.copyWithin(to, at, at + length);
  else for (let n = 0; n < length; n++) output[to + n] = output[at + n] as number;
}
