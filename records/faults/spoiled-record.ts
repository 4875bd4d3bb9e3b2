import type { FaultName } from "./fault-kinds.ts";
import type { FaultyField } from "./field-faults.ts";

/** What is wrong with a message on purpose. */
export interface Fault {
  readonly kind: FaultName;
  /** The field that is spoiled, where the kind spoils one. */
  readonly field: FaultyField | null;
}

/** A record as its message carries it. */
export interface SpoiledRecord {
  /** null is Kafka's tombstone. */
  readonly value: string | Buffer | null;
  /** What it was before it was spoiled. */
  readonly clean: string;
  readonly fault: Fault | null;
  /** How often the message is sent where its sequence number places it, and at the end of its chunk. */
  readonly sent: { readonly inPlace: 0 | 1 | 2; readonly atEnd: 0 | 1 };
}

/** Makes the record of a sequence number, spoiled or not: pure, the same bytes at every call. */
export type SpoilRecord = (seq: number) => SpoiledRecord;
