import type { Message } from "kafkajs";
import { cutBatches } from "../kafka/cut-batches.ts";
import { recordMessage } from "../kafka/message.ts";
import { type Messages, RunRecords } from "../kafka/run-records.ts";
import type { Chunk } from "../ledger/chunks/chunk.ts";
import { beginSendings, type Sending } from "../records/faults/sending-order.ts";
import type { SpoilRecord } from "../records/faults/spoiled-record.ts";
import type { KeyOfMade } from "../records/message-key.ts";
import type { RecordMaker } from "../records/record-type.ts";

/** The messages of one chunk for one partition, as many at a time as one call takes; each made only when it is asked for. */
export interface ChunkMessages {
  /**
   * Those that are sent in the place of these records: one a record, or what their faults make of it: none to two. To
   * be called from part to part of the chunk.
   */
  inPlace(startSeq: number, endSeq: number): Iterable<Messages>;
  /** Those that follow behind the last part. */
  atEnd(): Iterable<Messages>;
}

export type ComposeChunk = (chunk: Chunk, partition: number) => ChunkMessages;

/** Prepares the messages of a run's chunks. */
export function createComposer({ write, readKey, spoil }: Omit<RecordMaker, "capacity">): ComposeChunk {
  if (spoil !== null) return (chunk, partition) => composeSpoiled(chunk, partition, spoil, readKey);
  return ({ runId }) => ({
    inPlace: (startSeq, endSeq) => [new RunRecords(runId, startSeq, endSeq - startSeq, write, null, readKey)],
    atEnd: () => [],
  });
}

/** A faulty message has the key of what its record was to be: producers take it before anything goes wrong with the value. */
function composeSpoiled(
  { runId }: Chunk,
  partition: number,
  spoil: SpoilRecord,
  readKey: KeyOfMade | null,
): ChunkMessages {
  const sendings = beginSendings(spoil);
  function* toMessages(due: Iterable<Sending>): Generator<Message> {
    for (const { seq, value, clean, fault } of due) {
      const key = readKey === null ? null : readKey(Buffer.from(clean), seq);
      yield recordMessage(partition, runId, seq, value, { key, fault: fault?.kind });
    }
  }
  return {
    inPlace: (startSeq, endSeq) => cutBatches(toMessages(sendings.inPlace(startSeq, endSeq))),
    atEnd: () => cutBatches(toMessages(sendings.atEnd())),
  };
}
