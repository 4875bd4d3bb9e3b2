import type { Message } from "kafkajs";
import { bodySize, maxBatchBytes } from "./record-batch.ts";

/** Messages of one call: of 300 to 400 bytes each they are one record batch, far below Kafka's limit. */
export const messagesPerSend = 500;

/**
 * Cuts messages into lists of as many as one batch may carry, by number and by bytes; of at least one. No more of them are made
 * than the list and the message that did not fit.
 */
export function* cutBatches(messages: Iterable<Message>): Generator<readonly Message[]> {
  let batch: Message[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = bodySize(message, batch.length);
    if (batch.length === messagesPerSend || (batch.length > 0 && bytes + size > maxBatchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
