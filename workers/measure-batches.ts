import { Counter, Histogram, type Registry } from "prom-client";
import type { BatchVerdict, FetchedBatch } from "../kafka/consume.ts";
import type { StoredBatch, storeBatch } from "../ledger/outcomes/store-batch.ts";

type HandleBatch = (batch: FetchedBatch) => Promise<BatchVerdict>;

export interface BatchMetrics {
  /** Times the whole of a batch: placing, decoding, storing and all repetitions. */
  measureBatches(handle: HandleBatch): HandleBatch;
  /** Times each transaction and counts what came of it. */
  measureTransactions(store: typeof storeBatch): typeof storeBatch;
}

const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What a consumer does, a batch at a time. */
export function createBatchMetrics(registry: Registry): BatchMetrics {
  const batches = new Histogram({
    name: "synthetic_batch_duration_seconds",
    help: "Time that a batch took from its fetch to its outcome, repeated transactions and all",
    labelNames: ["verdict"],
    buckets: durationBuckets,
    registers: [registry],
  });
  const sizes = new Histogram({
    name: "synthetic_batch_messages",
    help: "Messages of a batch",
    buckets: [1, 10, 100, 500, 1_000, 2_000, 4_000, 8_000, 16_000],
    registers: [registry],
  });
  const transactions = new Histogram({
    name: "synthetic_transaction_duration_seconds",
    help: "Time that PostgreSQL took for a batch's transaction; one that failed is tried again",
    labelNames: ["outcome"],
    buckets: durationBuckets,
    registers: [registry],
  });
  const counter = (name: string, help: string) => new Counter({ name, help, registers: [registry] });
  const stored = counter("synthetic_records_stored_total", "Messages that became rows");
  const flagged = counter(
    "synthetic_records_flagged_total",
    "Those of the rows in which something was repaired",
  );
  const dead = counter("synthetic_records_dead_lettered_total", "Messages that became dead letters");
  const duplicates = counter(
    "synthetic_records_duplicate_total",
    "Messages left out because their sequence number had the same outcome already",
  );
  const runs = counter("synthetic_runs_completed_total", "Runs whose last record was accounted for");

  function count(result: StoredBatch): void {
    if (result.kind !== "stored") return;
    stored.inc(result.stored);
    flagged.inc(result.flagged);
    dead.inc(result.deadLettered);
    duplicates.inc(result.duplicates);
    runs.inc(result.completedRunIds.length);
  }

  return {
    measureBatches: (handle) => async (batch) => {
      const startedMs = performance.now();
      let verdict = "failed";
      try {
        const result = await handle(batch);
        verdict = result.kind;
        return result;
      } finally {
        sizes.observe(batch.messages.length);
        batches.observe({ verdict }, (performance.now() - startedMs) / 1000);
      }
    },
    measureTransactions: (store) => async (pool, type, batch) => {
      const startedMs = performance.now();
      let outcome = "failed";
      try {
        const result = await store(pool, type, batch);
        outcome = result.kind;
        count(result);
        return result;
      } finally {
        transactions.observe({ outcome }, (performance.now() - startedMs) / 1000);
      }
    },
  };
}
