import type { Utf8Writer } from "../records/utf8-writer.ts";

/** What JSON can say; whole numbers beyond 2^53 as bigint, so that no digit is lost. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

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
  /** Of numbers: with no more digits behind the point than these. */
  readonly decimals?: number;
}

/** The stream or path on which a node cannot be sampled, and why. */
export class CannotSample extends Error {
  readonly pointer: string;

  /** @param pointer of the node in its definition, as JSON pointer */
  constructor(pointer: string, message: string) {
    super(message);
    this.name = "CannotSample";
    this.pointer = pointer;
  }
}
