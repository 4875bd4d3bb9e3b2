import type { Json } from "./shapes/nodes.ts";
import type { Utf8Writer } from "./utf8-writer.ts";

/**
 * Gives a node's value at a sequence number. Pure: the same at every call, whatever was asked for before. Both methods
 * say the same value.
 */
export interface Sampler {
  /** So many bytes at most are written by `write` unless it makes room itself: who calls it has made room for them. */
  readonly room: number;
  /** Writes the value as JSON. */
  write(seq: number, out: Utf8Writer): void;
  value(seq: number): Json;
  /** Where the values can be counted. */
  readonly space?: Space;
}

/** A node that cannot be sampled as it is asked for: what is in the way, and what would be right. */
export class CannotSample extends Error {
  /** Where the node's schema stands in the definition, as JSON pointer. */
  readonly pointer: string;

  constructor(pointer: string, message: string) {
    super(message);
    this.name = "CannotSample";
    this.pointer = pointer;
  }
}

/** All values that a node can have, numbered from 0: what is chosen is an index, and what is written follows from it. */
export interface Space {
  /** 1 to 2^53. */
  readonly size: number;
  /** As a sampler's. */
  readonly room: number;
  write(index: number, out: Utf8Writer): void;
  value(index: number): Json;
}

/** Which of a space's values a sequence number has. */
export type ChooseIndex = (seq: number) => number;

export function sampleSpace(space: Space, choose: ChooseIndex): Sampler {
  return {
    room: space.room,
    space,
    write: (seq, out) => space.write(choose(seq), out),
    value: (seq) => space.value(choose(seq)),
  };
}
