import type { Message } from "kafkajs";
import { recordMessage } from "../kafka/message.ts";
import { messagesPerSend } from "../kafka/produce.ts";
import type { Chunk } from "../ledger/plan-window.ts";
import { sendingOrder } from "../records/faults/sending-order.ts";
import { createSpoiler, type SpoilRecord } from "../records/faults/spoil-records.ts";
import { createGenerator, type RecordOptions } from "../records/generate.ts";
import type { RecordType } from "../records/record-type.ts";

/** A chunk's messages for this partition in the order in which they are sent, as many at a time as one call takes. */
export type ComposeMessages = (chunk: Chunk, partition: number) => Iterable<Message[]>;

/** Prepares the messages of a run's chunks: a message a record, and in a run with faults what they make of it. */
export function createComposer(type: RecordType, options: RecordOptions): ComposeMessages {
  const generate = createGenerator(type, options);
  const spoil = createSpoiler(type, options, generate);
  if (spoil !== null) return (chunk, partition) => composeSpoiled(chunk, partition, spoil);
  return function* compose({ runId, firstSeq, endSeq }, partition) {
    for (let start = firstSeq; start < endSeq; start += messagesPerSend) {
      const end = Math.min(start + messagesPerSend, endSeq);
      const messages = [];
      for (let seq = start; seq < end; seq++) {
        messages.push(recordMessage(partition, runId, seq, generate(seq)));
      }
      yield messages;
    }
  };
}

function* composeSpoiled(
  { runId, firstSeq, endSeq }: Chunk,
  partition: number,
  spoil: SpoilRecord,
): Generator<Message[]> {
  let messages: Message[] = [];
  for (const { seq, value, fault } of sendingOrder(firstSeq, endSeq, spoil)) {
    messages.push(recordMessage(partition, runId, seq, value, fault?.kind));
    if (messages.length < messagesPerSend) continue;
    yield messages;
    messages = [];
  }
  if (messages.length > 0) yield messages;
}
