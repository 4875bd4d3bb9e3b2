/** Bytes that a line may take before the buffer grows; a record of ten fields takes about 700. */
const expectedLineBytes = 800;

/** Lines of a COPY by the index of their message, as bytes in one buffer. */
export class CopyLines {
  #buffer: Buffer;
  #length = 0;
  /** Where the line of each message ends. Those without one end where the one before does. */
  readonly #ends: Uint32Array;
  #written = 0;

  constructor(count: number) {
    this.#buffer = Buffer.allocUnsafeSlow(count * expectedLineBytes);
    this.#ends = new Uint32Array(count);
  }

  /** Writes a message's line; to be called in the order of the indexes. */
  write(index: number, start: string, middle: Buffer | string, end: string): void {
    while (this.#written < index) this.#ends[this.#written++] = this.#length;
    // A string's character takes three bytes at most.
    this.#reserve(3 * (start.length + middle.length + end.length));
    this.#length += this.#buffer.write(start, this.#length);
    if (typeof middle === "string") this.#length += this.#buffer.write(middle, this.#length);
    else this.#length += middle.copy(this.#buffer, this.#length);
    this.#length += this.#buffer.write(end, this.#length, "latin1");
    this.#ends[this.#written++] = this.#length;
  }

  /** The lines of `count` messages from index `first`, each of which has one. */
  slice(first: number, count: number): Buffer {
    const start = first === 0 ? 0 : (this.#ends[first - 1] as number);
    return this.#buffer.subarray(start, this.#ends[first + count - 1]);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#buffer.length, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
