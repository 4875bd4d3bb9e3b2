import type { Draws } from "../draws.ts";
import type { Utf8Writer } from "../utf8-writer.ts";
import type { Model } from "./model.ts";
import type { People } from "./people.ts";

/** What the records of a run depend on beside their sequence numbers. */
export interface SamplingContext {
  readonly seed: number;
  /** The run's pinned "now": a UTC instant in milliseconds since 1970. */
  readonly referenceTimeMs: number;
  readonly model: Model;
  /** Whom the records are about, where their fields fit one another. */
  readonly people: () => People;
}

/**
 * Draws one value of a sequence number from the field's stream, which is opened at it, and writes it: text that may stand
 * between JSON's quotes without escaping.
 */
export type Sampler = (draws: Draws, out: Utf8Writer, seq: number) => void;
