import type { Decoded } from "./decoded.ts";

/** What a run's records must have. */
export interface RunFields {
  /** Whether a record that was recognised has all of them; `spans` say what was recognised in it. */
  readonly isComplete: (spans: Int32Array) => boolean;
  /**
   * Flags the row of a record that lacks some of them; it is kept. A field that is null is there. The schema cannot say
   * this: which fields a message must have depends on its run, and other producers' need none in particular.
   */
  readonly flagMissing: (decoded: Decoded) => Decoded;
}

/** Of a message that belongs to no run, or to one that is not known: whatever it has will do. */
export const anyFields: RunFields = { isComplete: () => true, flagMissing: (decoded) => decoded };
