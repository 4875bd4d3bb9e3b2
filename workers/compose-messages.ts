import type { Message } from "kafkajs";
import { recordMessage } from "../kafka/message.ts";
import { messagesPerSend } from "../kafka/produce.ts";
import { type Messages, RunRecords } from "../kafka/run-records.ts";
import type { Chunk } from "../ledger/plan-window.ts";
import { beginSendings, type Sending } from "../records/faults/sending-order.ts";
import type { SpoilRecord } from "../records/faults/spoil-records.ts";
import type { RecordMaker } from "../records/record-type.ts";

/** The messages of one chunk for one partition. */
export interface ChunkMessages {
  /**
   * Those that are sent in the place of these records: one a record, or what their faults make of it: none to two. To
   * be called from part to part of the chunk.
   */
  inPlace(startSeq: number, endSeq: number): Messages;
  /** Those that follow behind the last part, as many at a time as one call takes. */
  atEnd(): Iterable<Message[]>;
}

export type ComposeChunk = (chunk: Chunk, partition: number) => ChunkMessages;

/** Prepares the messages of a run's chunks. */
export function createComposer({ write, spoil }: RecordMaker): ComposeChunk {
  if (spoil !== null) return (chunk, partition) => composeSpoiled(chunk, partition, spoil);
  return ({ runId }) => ({
    inPlace: (startSeq, endSeq) => new RunRecords(runId, startSeq, endSeq - startSeq, write),
    atEnd: () => [],
  });
}

function composeSpoiled({ runId }: Chunk, partition: number, spoil: SpoilRecord): ChunkMessages {
  const sendings = beginSendings(spoil);
  const toMessage = ({ seq, value, fault }: Sending): Message =>
    recordMessage(partition, runId, seq, value, fault?.kind);
  return {
    inPlace: (startSeq, endSeq) => Array.from(sendings.inPlace(startSeq, endSeq), toMessage),
    *atEnd() {
      let messages: Message[] = [];
      for (const sending of sendings.atEnd()) {
        messages.push(toMessage(sending));
        if (messages.length < messagesPerSend) continue;
        yield messages;
        messages = [];
      }
      if (messages.length > 0) yield messages;
    },
  };
}
