import type { IHeaders } from "kafkajs";

/**
 * Stands for all messages of a record batch, or of a compressed message set, that cannot be read. It is handed over like a
 * message, so that it gets an outcome, as one, and reading goes on behind it.
 */
export class UndecodableBatch {
  /** Below 2^53. */
  readonly position: number;
  /** The batch as it came. */
  readonly value: Buffer;
  /** Why it cannot be read, and how many messages are in it: a sentence. */
  readonly reason: string;
  /** Whether it belongs to an aborted transaction, or is Kafka's own: such are handed to nobody. */
  isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
  readonly key = null;
  readonly headers: IHeaders = {};
  readonly timestamp = "-1";
  readonly attributes = 0;

  /**
   * @param what names it, as the subject of a sentence
   * @param context of a batch whose head can be trusted
   */
  constructor(
    position: number,
    value: Buffer,
    what: string,
    cause: unknown,
    context?: {
      readonly producerId: string;
      readonly inTransaction: boolean;
      readonly isControlBatch: boolean;
    },
  ) {
    this.position = position;
    this.value = value;
    this.reason = `${what} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`;
    this.isControlRecord = context?.isControlBatch ?? false;
    this.batchContext = context ?? { producerId: "", inTransaction: false };
  }

  get offset(): string {
    return String(this.position);
  }
}
