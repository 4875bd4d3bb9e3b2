import type { Message } from "kafkajs";
import type { WriteRecord } from "../generate/write-record.ts";
import type { KeyOfMade } from "../records/message-key.ts";

/**
 * Consecutive records of a run, a message each: what `recordMessage` makes of every one, but written into their batch as they
 * are generated, so that there is no object a record.
 */
export class RunRecords {
  readonly runId: string;
  readonly firstSeq: number;
  /** Number of records. */
  readonly length: number;
  readonly write: WriteRecord;
  /** Of the trace that the messages carry in front of their headers. */
  readonly traceparent: string | null;
  /** Null: they have no key. */
  readonly readKey: KeyOfMade | null;

  constructor(
    runId: string,
    firstSeq: number,
    length: number,
    write: WriteRecord,
    traceparent: string | null = null,
    readKey: KeyOfMade | null = null,
  ) {
    this.runId = runId;
    this.firstSeq = firstSeq;
    this.length = length;
    this.write = write;
    this.traceparent = traceparent;
    this.readKey = readKey;
  }

  /** Without the first `count`. */
  from(count: number): RunRecords {
    const { runId, firstSeq, length, write, traceparent, readKey } = this;
    return new RunRecords(runId, firstSeq + count, length - count, write, traceparent, readKey);
  }

  carrying(traceparent: string): RunRecords {
    return new RunRecords(this.runId, this.firstSeq, this.length, this.write, traceparent, this.readKey);
  }
}

/** What is sent in one call. */
export type Messages = readonly Message[] | RunRecords;
