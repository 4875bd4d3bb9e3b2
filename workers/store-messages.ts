import { AssertionError } from "node:assert";
import { setTimeout as pause } from "node:timers/promises";
import type { KafkaMessage } from "kafkajs";
import type { BatchVerdict, FetchedBatch } from "../kafka/consume.ts";
import { offsetOf } from "../kafka/fetched-message.ts";
import { createClaimsReader, readHeaders } from "../kafka/message.ts";
import { UndecodableBatch } from "../kafka/undecodable-batch.ts";
import { assembleBatch, createRecordReader, type ReceivedMessage } from "../ledger/batch.ts";
import { type Pool, sqlState } from "../ledger/database.ts";
import { type StoredBatch, storeBatch as storeInLedger } from "../ledger/store-batch.ts";
import type { RecordType } from "../records/record-type.ts";
import type { Logger } from "../service/log.ts";
import type { Positions } from "./positions.ts";
import { rememberRunFields } from "./run-fields.ts";

export interface StoreDependencies {
  readonly pool: Pool;
  readonly topic: string;
  readonly type: RecordType;
  readonly positions: Positions;
  /** How many batches are in hand at a time, at most. */
  readonly concurrency: number;
  readonly log: Logger;
  /** The ledger's own, which its caller may want to time. */
  readonly storeBatch?: typeof storeInLedger;
}

export interface MessageStore {
  /** Gives every message of a batch its outcome, however long PostgreSQL takes to come back. */
  readonly handle: (batch: FetchedBatch) => Promise<BatchVerdict>;
  readonly isInHand: (partition: number) => boolean;
}

/** The consumer's work on a batch: place it against the ledger's progress, decode it, store it. */
export function createMessageStore({
  pool,
  topic,
  type,
  positions,
  concurrency,
  log,
  storeBatch = storeInLedger,
}: StoreDependencies): MessageStore {
  const reader = createRecordReader(type, concurrency);
  const withRunFields = rememberRunFields(pool, type);
  const readClaims = createClaimsReader();
  const inHand = new Set<number>();

  async function handle(batch: FetchedBatch): Promise<BatchVerdict> {
    inHand.add(batch.partition);
    try {
      return await store(batch);
    } finally {
      inHand.delete(batch.partition);
    }
  }

  async function store(batch: FetchedBatch): Promise<BatchVerdict> {
    const { partition } = batch;
    const placed = await persist(batch, () => positions.place(batch));
    if (placed === null) return { kind: "dropped" };
    if (placed.kind === "seek") return placed;
    const { nextOffset, topicId } = placed.progress;
    const endOffset = batch.lastOffset + 1;
    const origin = { topic, partition, topicId, fromOffset: nextOffset, endOffset };
    const messages = batch.messages.filter((message) => offsetOf(message) >= nextOffset);
    const receive = (index: number): ReceivedMessage => {
      const message = messages[index] as KafkaMessage;
      const { key, value } = message;
      const raw = { offset: offsetOf(message), key, value, headers: () => readHeaders(message.headers) };
      const { identity, replayOf } = readClaims(message);
      return message instanceof UndecodableBatch
        ? { raw, identity, replayOf, undecodable: message.reason }
        : { raw, identity, replayOf };
    };
    const assembled = await persist(batch, () =>
      withRunFields((fieldsOf) => assembleBatch(origin, messages.length, receive, reader, fieldsOf)),
    );
    if (assembled === null) return { kind: "dropped" };
    const stored = await persist(batch, () => storeBatch(pool, type, assembled));
    if (stored === null) return { kind: "dropped" };
    assembled.rows.release();
    if (stored.kind === "superseded") {
      positions.forget(partition);
      return { kind: "seek", offset: stored.nextOffset };
    }
    positions.advance(partition, { nextOffset: endOffset, topicId });
    logStored(log, partition, stored);
    return { kind: "done" };
  }

  /** Repeats `work` until it succeeds or the batch is stale; null then. What PostgreSQL refuses as data never gets here. */
  async function persist<T>(batch: FetchedBatch, work: () => Promise<T>): Promise<T | null> {
    for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
      if (batch.isStale()) return null;
      try {
        return await work();
      } catch (error) {
        if (!isOutage(error)) throw error;
        log.warn({ err: error, partition: batch.partition, pauseMs }, "storing failed, trying again");
        await pause(pauseMs);
        await batch.heartbeat();
      }
    }
  }

  return { handle, isInHand: (partition) => inHand.has(partition) };
}

/** SQLSTATE classes that only a mistake in a statement or in the ledger's own sums can bring: repeating is no use. */
const mistakes = new Set(["22", "23", "42"]);

/** What the language itself or an assertion throws: nothing that waiting would mend. */
const bugs = [TypeError, RangeError, SyntaxError, ReferenceError, AssertionError];

/**
 * Whether it may be different the next time. A plain Error is: pg throws one for most of what a lost connection brings
 * ("Connection terminated unexpectedly", "timeout exceeded when trying to connect"), and nothing else tells it. Our own code
 * asserts what it takes for impossible.
 */
function isOutage(error: unknown): boolean {
  if (!(error instanceof Error) || bugs.some((bug) => error instanceof bug)) return false;
  const state = sqlState(error);
  return state === null || !mistakes.has(state.slice(0, 2));
}

function logStored(log: Logger, partition: number, stored: Extract<StoredBatch, { kind: "stored" }>): void {
  const { completedRunIds, kind: _kind, ...counts } = stored;
  log.debug({ partition, ...counts }, "stored a batch");
  for (const runId of completedRunIds) log.info({ runId }, "a run is completed");
}
