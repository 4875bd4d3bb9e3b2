import type { BatchVerdict, FetchedBatch } from "../kafka/consume.ts";
import { readTraceparents } from "../kafka/trace-context.ts";
import type { storeBatch } from "../ledger/outcomes/store-batch.ts";
import type { Tracing } from "../service/tracing.ts";

/** OpenTelemetry keeps so many links of a span by default. */
const maxLinks = 128;

/**
 * A span a batch. Messages of one trace make it a part of that trace, below the chunk that sent the first of them; messages
 * of several make a trace of its own. Either way it is linked to every chunk's or request's span that sent some of them.
 */
export function traceBatches(
  handle: (batch: FetchedBatch) => Promise<BatchVerdict>,
  tracing: Tracing,
): (batch: FetchedBatch) => Promise<BatchVerdict> {
  return (batch) => {
    const { topic } = batch;
    const links = readTraceparents(batch.messages);
    const traces = new Set(links.map(traceOf));
    const attributes = {
      "messaging.system": "kafka",
      "messaging.operation.type": "process",
      "messaging.operation.name": "process",
      "messaging.destination.name": topic,
      "messaging.destination.partition.id": String(batch.partition),
      "messaging.batch.message_count": batch.messages.length,
      "messaging.kafka.offset": batch.firstOffset,
    };
    const parent = traces.size === 1 ? (links[0] ?? null) : null;
    return tracing.inSpan(
      `process ${topic}`,
      { kind: "consumer", attributes, parent, links: links.slice(0, maxLinks) },
      async (span) => {
        const verdict = await handle(batch);
        span.set({ "synthetic.verdict": verdict.kind });
        return verdict;
      },
    );
  };
}

/** The middle one of `00-TRACE ID-SPAN ID-FLAGS`. */
const traceOf = (traceparent: string): string => traceparent.slice(3, 35);

/** A span a transaction, within its batch's; a batch whose transaction fails has several. */
export function traceTransactions(store: typeof storeBatch, tracing: Tracing): typeof storeBatch {
  return (pool, type, batch) =>
    tracing.inSpan(
      ["COPY", type.table.name].join(" "),
      {
        kind: "client",
        attributes: {
          "db.system.name": "postgresql",
          "db.operation.name": "COPY",
          "db.collection.name": type.table.name,
        },
      },
      async (span) => {
        const stored = await store(pool, type, batch);
        if (stored.kind === "superseded") span.set({ "synthetic.outcome": "superseded" });
        else {
          span.set({
            "synthetic.outcome": "stored",
            "synthetic.records.stored": stored.stored,
            "synthetic.records.dead_lettered": stored.deadLettered,
            "synthetic.records.duplicates": stored.duplicates,
          });
        }
        return stored;
      },
    );
}
