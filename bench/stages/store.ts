import { randomUUID } from "node:crypto";
import { openPool, type Pool } from "../../ledger/database/database.ts";
import { assembleBatch, createRecordReader, type ReceivedMessage } from "../../ledger/outcomes/batch.ts";
import { enterPartition } from "../../ledger/outcomes/consumer-progress.ts";
import { storeBatch } from "../../ledger/outcomes/store-batch.ts";
import { planWindow } from "../../ledger/planning/plan-window.ts";
import { createRun } from "../../ledger/runs/create-run.ts";
import { userType } from "../../types/user/user.ts";
import { timeBareCopy } from "../bare-copy.ts";
import type { BenchStack } from "../bench-stack.ts";
import { type Measurement, median, rateOf, timed } from "../measure.ts";
import { benchGenerator, benchOptions } from "../records.ts";

/** As a consumer fetches them. */
const recordsPerBatch = 4_000;
const records = 15 * recordsPerBatch;
const rounds = 3;

/** Decoding and storing batches on one connection with all the bookkeeping, beside one bare COPY of the same rows. */
export async function benchStore({ ownerDatabaseUrl: url }: BenchStack): Promise<Measurement[]> {
  const options = { url, applicationName: "bench", maxConnections: 2, transactionTimeoutMs: 0 };
  const pool = openPool(options, () => undefined);
  const generate = benchGenerator();
  const values = Array.from({ length: records }, (_, seq) => Buffer.from(generate(seq)));
  const stored: number[] = [];
  const copied: number[] = [];
  try {
    for (let round = 0; round <= rounds; round++) {
      const runId = await planRun(pool);
      const storeSeconds = await timed(() => storeAll(pool, runId, round, values));
      const { seconds: copySeconds } = await timeBareCopy(pool, records, randomUUID());
      await pool.query("TRUNCATE users_raw");
      // The first round warms both up.
      if (round === 0) continue;
      stored.push(storeSeconds);
      copied.push(copySeconds);
    }
  } finally {
    await pool.end();
  }
  const limit = { what: "one bare COPY", records, seconds: median(copied) };
  return [
    rateOf("store", "decoded and stored on one connection", { records, seconds: median(stored) }, [limit]),
  ];
}

async function planRun(pool: Pool): Promise<string> {
  const wishes = { recordType: userType, count: records, chunkSize: 5_000, idempotency: null };
  const created = await createRun(pool, { ...wishes, ...benchOptions });
  if (created.kind !== "created") throw new Error("the run was not created");
  await planWindow(pool, created.run.id, Number.MAX_SAFE_INTEGER);
  return created.run.id;
}

async function storeAll(pool: Pool, runId: string, round: number, values: readonly Buffer[]): Promise<void> {
  const reader = createRecordReader(userType, 1);
  const topic = `bench-${round}`;
  await enterPartition(pool, { topic, partition: 0 }, null);
  for (let start = 0; start < values.length; start += recordsPerBatch) {
    const count = Math.min(recordsPerBatch, values.length - start);
    const origin = { topic, partition: 0, topicId: null, fromOffset: start, endOffset: start + count };
    const receive = (index: number): ReceivedMessage => {
      const seq = start + index;
      const value = values[seq] as Buffer;
      return {
        raw: { offset: seq, key: null, value, headers: () => new Map() },
        identity: { kind: "record", runId, seq },
        replayOf: null,
      };
    };
    const batch = assembleBatch(origin, count, receive, reader);
    await storeBatch(pool, userType, batch);
    batch.rows.release();
  }
}
