import type { Message } from "kafkajs";
import { recordMessage } from "../kafka/message.ts";
import { messagesPerSend } from "../kafka/produce.ts";
import type { Chunk } from "../ledger/plan-window.ts";
import { sendingOrder } from "../records/faults/sending-order.ts";
import { createSpoiler, type SpoilRecord } from "../records/faults/spoil-records.ts";
import { createGenerator, type RecordOptions } from "../records/generate.ts";
import type { RecordType } from "../records/record-type.ts";
import type { Part } from "./send-parts.ts";

/** Opens a chunk: its messages for this partition are taken part by part, in the order in which they are sent. */
export type ComposeMessages = (chunk: Chunk, partition: number) => TakeMessages;

/** The messages of a chunk's next part, as many at a time as one call takes. */
export type TakeMessages = (part: Part) => Iterable<Message[]>;

/** Prepares the messages of a run's chunks: a message a record, and in a run with faults what they make of it. */
export function createComposer(type: RecordType, options: RecordOptions): ComposeMessages {
  const generate = createGenerator(type, options);
  const spoil = createSpoiler(type, options, generate);
  if (spoil !== null) return (chunk, partition) => takeSpoiled(chunk, partition, spoil);
  return ({ runId }, partition) =>
    ({ start, end }) => {
      const messages = [];
      for (let seq = start; seq < end; seq++) {
        messages.push(recordMessage(partition, runId, seq, generate(seq)));
      }
      return [messages];
    };
}

/** What is late or doubled makes a chunk's last part longer. */
function takeSpoiled(chunk: Chunk, partition: number, spoil: SpoilRecord): TakeMessages {
  const order = sendingOrder(chunk.firstSeq, chunk.endSeq, spoil);
  return function* take({ start, end }) {
    let messages: Message[] = [];
    for (let left = end === chunk.endSeq ? Number.POSITIVE_INFINITY : end - start; left > 0; left--) {
      const next = order.next();
      if (next.done === true) break;
      const { seq, value, fault } = next.value;
      messages.push(recordMessage(partition, chunk.runId, seq, value, fault?.kind));
      if (messages.length < messagesPerSend) continue;
      yield messages;
      messages = [];
    }
    if (messages.length > 0) yield messages;
  };
}
