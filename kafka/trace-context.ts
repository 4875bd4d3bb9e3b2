import type { KafkaMessage, Message } from "kafkajs";
import type { Tracing } from "../service/tracing.ts";
import { FetchedMessage } from "./fetched-message.ts";
import type { MessageProducer } from "./produce.ts";
import { type Messages, RunRecords } from "./run-records.ts";
import { beforeTraceparent, startsWithTraceparent, traceHeader, traceparentBytes } from "./trace-header.ts";

/**
 * A producer whose messages carry the span in which they are sent: a chunk's job, a request. Sending is a span too, one
 * a call and never one a message.
 */
export function traceProducer(producer: MessageProducer, tracing: Tracing): MessageProducer {
  return {
    ...producer,
    send(topic, partition, messages) {
      const traceparent = tracing.traceparent();
      const attributes = {
        "messaging.system": "kafka",
        "messaging.operation.type": "send",
        "messaging.operation.name": "send",
        "messaging.destination.name": topic,
        "messaging.destination.partition.id": String(partition),
        "messaging.batch.message_count": messages.length,
      };
      const carrying = traceparent === null ? messages : withTrace(messages, traceparent);
      return tracing.inSpan(`send ${topic}`, { kind: "producer", attributes }, () =>
        producer.send(topic, partition, carrying),
      );
    },
  };
}

/** In front, where `createClaimsReader` looks for it; in place of the one that a replayed message came with. */
function withTrace(messages: Messages, traceparent: string): Messages {
  return messages instanceof RunRecords
    ? messages.carrying(traceparent)
    : messages.map((message) => withTraceHeader(message, traceparent));
}

function withTraceHeader(message: Message, traceparent: string): Message {
  const headers = { [traceHeader]: traceparent, ...message.headers };
  headers[traceHeader] = traceparent;
  return { ...message, headers };
}

/** The traceparents that messages carry, each once, in their order. */
export function readTraceparents(messages: readonly KafkaMessage[]): string[] {
  const found = new Set<string>();
  let last = "";
  for (const message of messages) {
    const traceparent = readTraceparent(message);
    // Neighbours nearly always have the same.
    if (traceparent !== null && traceparent !== last) found.add(traceparent);
    last = traceparent ?? "";
  }
  return [...found];
}

function readTraceparent(message: KafkaMessage): string | null {
  if (message instanceof FetchedMessage && startsWithTraceparent(message)) {
    const at = message.headersAt + beforeTraceparent.length;
    return message.bytes.toString("latin1", at, at + traceparentBytes);
  }
  const value: unknown = message.headers?.[traceHeader];
  return Buffer.isBuffer(value) && value.length === traceparentBytes ? value.toString("latin1") : null;
}
