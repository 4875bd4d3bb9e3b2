/**
 * A set of sequence numbers as sorted, disjoint ranges [start, end): the `accounted` of a chunk. Numbers arrive
 * nearly in order, so the set is nearly always one range and `add` a comparison.
 */
export class SequenceSet {
  /** start0, end0, start1, end1, … */
  readonly #bounds: number[];
  /** Index into #bounds of the range that grew last. */
  #last = 0;

  private constructor(bounds: number[]) {
    this.#bounds = bounds;
  }

  /** Reads PostgreSQL's text of an int8multirange, e.g. `{[0,100),[200,300)}`. */
  static parse(text: string): SequenceSet {
    const bounds: number[] = [];
    for (const [, start, end] of text.matchAll(/\[(\d+),(\d+)\)/g)) bounds.push(Number(start), Number(end));
    return new SequenceSet(bounds);
  }

  /** Adds a number. @returns whether it was new */
  add(seq: number): boolean {
    const bounds = this.#bounds;
    const next = bounds[this.#last + 2];
    if (bounds[this.#last + 1] === seq && (next === undefined || seq + 1 < next)) {
      bounds[this.#last + 1] = seq + 1;
      return true;
    }
    return this.addRange(seq, seq + 1);
  }

  has(seq: number): boolean {
    const at = this.#rangeAfter(seq) - 2;
    return at >= 0 && seq < (this.#bounds[at + 1] as number);
  }

  /** How many numbers are in the set. */
  get size(): number {
    let size = 0;
    for (let at = 0; at < this.#bounds.length; at += 2) {
      size += (this.#bounds[at + 1] as number) - (this.#bounds[at] as number);
    }
    return size;
  }

  /** The text of an int8multirange, as `parse` reads it. */
  toString(): string {
    const ranges: string[] = [];
    for (let at = 0; at < this.#bounds.length; at += 2)
      ranges.push(`[${this.#bounds[at]},${this.#bounds[at + 1]})`);
    return `{${ranges.join(",")}}`;
  }

  /** Index into #bounds of the first range that starts after `seq`. */
  #rangeAfter(seq: number): number {
    let low = 0;
    let high = this.#bounds.length / 2;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#bounds[middle * 2] as number) <= seq) low = middle + 1;
      else high = middle;
    }
    return low * 2;
  }

  /** Adds the numbers from `start` to below `end`, or none where one is in the set already. @returns whether it did */
  addRange(start: number, end: number): boolean {
    const bounds = this.#bounds;
    const after = this.#rangeAfter(start);
    const before = after - 2;
    const beforeEnd = before >= 0 ? (bounds[before + 1] as number) : -1;
    const afterStart = bounds[after] ?? Number.POSITIVE_INFINITY;
    if (start < beforeEnd || afterStart < end) return false;
    const joinsBefore = beforeEnd === start;
    const joinsAfter = afterStart === end;
    if (joinsBefore && joinsAfter) bounds.splice(before + 1, 2);
    else if (joinsBefore) bounds[before + 1] = end;
    else if (joinsAfter) bounds[after] = start;
    else bounds.splice(after, 0, start, end);
    this.#last = joinsBefore ? before : after;
    return true;
  }
}
