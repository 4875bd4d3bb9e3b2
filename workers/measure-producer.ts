import { Counter, Histogram, type Registry } from "prom-client";
import type { MessageProducer } from "../kafka/produce.ts";

/** A producer that counts and times what it sends, a call at a time. */
export function measureProducer(producer: MessageProducer, registry: Registry): MessageProducer {
  const generated = new Counter({
    name: "synthetic_records_generated_total",
    help: "Messages of records handed to Kafka's client: one a record, none to two where it was spoiled on purpose; those of a chunk that is made again count again",
    registers: [registry],
  });
  const produced = new Counter({
    name: "synthetic_records_produced_total",
    help: "Those messages that Kafka has acknowledged; those of a chunk that is sent again count again",
    registers: [registry],
  });
  const durations = new Histogram({
    name: "synthetic_kafka_send_duration_seconds",
    help: "Time until Kafka acknowledged a call's messages, or did not",
    labelNames: ["outcome"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  return {
    ...producer,
    async send(topic, partition, messages) {
      generated.inc(messages.length);
      const startedMs = performance.now();
      const end = (outcome: string): void =>
        durations.observe({ outcome }, (performance.now() - startedMs) / 1000);
      try {
        const endOffset = await producer.send(topic, partition, messages);
        produced.inc(messages.length);
        end("acknowledged");
        return endOffset;
      } catch (error) {
        end("failed");
        throw error;
      }
    },
  };
}
