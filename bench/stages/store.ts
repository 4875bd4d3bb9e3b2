import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { from as copyFrom } from "pg-copy-streams";
import {
  assembleBatch,
  copyColumns,
  copyLine,
  createRecordReader,
  type ReceivedMessage,
} from "../../ledger/batch.ts";
import { enterPartition } from "../../ledger/consumer-progress.ts";
import { createRun } from "../../ledger/create-run.ts";
import { openPool, type Pool } from "../../ledger/database.ts";
import { planWindow } from "../../ledger/plan-window.ts";
import { storeBatch } from "../../ledger/store-batch.ts";
import { createDecoder } from "../../records/decode.ts";
import { userType } from "../../records/user.ts";
import { type Measurement, measurement, median, timed } from "../measure.ts";
import { allFields, benchGenerator } from "../records.ts";

const recordsPerBatch = 2_500;
const batches = 20;
const records = recordsPerBatch * batches;
const rounds = 3;

/** Decoding and storing batches on one connection with all the bookkeeping, beside one bare COPY of the same rows. */
export async function benchStore(databaseUrl: string): Promise<Measurement> {
  const pool = openPool(
    { url: databaseUrl, applicationName: "bench", maxConnections: 2, transactionTimeoutMs: 0 },
    () => undefined,
  );
  const generate = benchGenerator();
  const values = Array.from({ length: records }, (_, seq) => Buffer.from(generate(seq)));
  const stored: number[] = [];
  const copied: number[] = [];
  try {
    for (let round = 0; round <= rounds; round++) {
      const runId = await planRun(pool);
      const storeSeconds = await timed(() => storeAll(pool, runId, round, values));
      const lines = makeLines(values);
      const copySeconds = await timed(() => copyAll(pool, lines));
      await pool.query("TRUNCATE users_raw");
      if (round === 0) continue;
      stored.push(storeSeconds);
      copied.push(copySeconds);
    }
  } finally {
    await pool.end();
  }
  return measurement("store", records, median(stored), { what: "one bare COPY", seconds: median(copied) });
}

async function planRun(pool: Pool): Promise<string> {
  const created = await createRun(pool, {
    recordType: userType,
    count: records,
    fields: allFields,
    seed: 42,
    referenceDate: new Date("2026-01-01T00:00:00Z"),
    chunkSize: 5_000,
    idempotency: null,
  });
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
    await storeBatch(pool, userType, assembleBatch(origin, count, receive, reader));
  }
}

function makeLines(values: readonly Buffer[]): string[] {
  const decode = createDecoder(userType);
  const runId = "00000000-0000-7000-8000-000000000000";
  return values.map((value, seq) => {
    const decoded = decode(value);
    if (decoded.kind !== "row") throw new Error(decoded.detail);
    return copyLine(decoded, { kind: "record", runId, seq }, 0, seq);
  });
}

async function copyAll(pool: Pool, lines: readonly string[]): Promise<void> {
  const client = await pool.connect();
  try {
    const copy = client.query(copyFrom(`COPY users_raw (${copyColumns(userType)}) FROM STDIN`));
    const pieces = Array.from({ length: batches }, (_, batch) =>
      lines.slice(batch * recordsPerBatch, (batch + 1) * recordsPerBatch).join(""),
    );
    await pipeline(Readable.from(pieces), copy);
  } finally {
    client.release();
  }
}
