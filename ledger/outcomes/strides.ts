/**
 * Goes through a list of which some items may fail, as many at a time as go through: half as many after a failure, twice as
 * many after a success. Of n items that all fail, each by itself, that takes n + log2 n attempts; one that fails among n costs
 * some 2 log2 n of them.
 */
export class Strides {
  readonly #count: number;
  #first = 0;
  #length: number;

  constructor(count: number) {
    this.#count = count;
    this.#length = count;
  }

  /** Index of the first item that is to be tried now. */
  get first(): number {
    return this.#first;
  }

  /** Index behind the last. */
  get end(): number {
    return Math.min(this.#first + this.#length, this.#count);
  }

  get isSingle(): boolean {
    return this.end - this.#first === 1;
  }

  get isDone(): boolean {
    return this.#first === this.#count;
  }

  goOn(): void {
    this.#first = this.end;
    this.#length *= 2;
  }

  /** To be called where several items have failed together. */
  halve(): void {
    this.#length = (this.end - this.#first) >> 1;
  }

  /** Goes on behind the one item that has failed alone; the next may fail as well. */
  passOver(): void {
    this.#first = this.end;
  }
}
