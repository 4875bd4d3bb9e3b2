import { setTimeout as pause } from "node:timers/promises";
import type { KafkaMessage } from "kafkajs";
import type { BatchVerdict, FetchedBatch } from "../kafka/consume.ts";
import { readHeaders, readIdentity, readReplayOf } from "../kafka/message.ts";
import type { BatchMessage } from "../ledger/batch.ts";
import { readProgress, rewindProgress } from "../ledger/consumer-progress.ts";
import { type Pool, sqlState } from "../ledger/database.ts";
import { type StoredBatch, storeBatch } from "../ledger/store-batch.ts";
import { createDecoder, type DecodeMessage } from "../records/decode.ts";
import type { RecordType } from "../records/record-type.ts";
import type { Logger } from "../service/log.ts";

export interface StoreDependencies {
  readonly pool: Pool;
  readonly topic: string;
  readonly type: RecordType;
  readonly log: Logger;
}

export interface MessageStore {
  /** Gives every message of a batch its outcome, however long PostgreSQL takes to come back. */
  readonly handle: (batch: FetchedBatch) => Promise<BatchVerdict>;
  /** Forgets the positions: they are read from the ledger again. */
  readonly forget: () => void;
}

/** The consumer's work on a batch: place it against the ledger's progress, decode it, store it. */
export function createMessageStore({ pool, topic, type, log }: StoreDependencies): MessageStore {
  const decode = createDecoder(type);
  /** Where each partition's reading goes on, as the ledger has it; missing until its first batch. */
  const positions = new Map<number, number>();

  async function handle(batch: FetchedBatch): Promise<BatchVerdict> {
    const position = await findPosition(batch);
    if (position.kind !== "read_on") return position;
    const { nextOffset } = position;
    const endOffset = batch.lastOffset + 1;
    const messages = readMessages(decode, batch.messages, nextOffset);
    const stored = await persist(batch, () =>
      storeBatch(pool, type, {
        topic,
        partition: batch.partition,
        fromOffset: nextOffset,
        endOffset,
        messages,
      }),
    );
    if (stored === null) return { kind: "dropped" };
    if (stored.kind === "superseded") return seekTo(batch.partition, stored.nextOffset);
    positions.set(batch.partition, endOffset);
    logStored(log, batch.partition, stored);
    return { kind: "done" };
  }

  /** Places a batch against the ledger's progress, which decides; Kafka's committed offset is a hint. */
  async function findPosition(
    batch: FetchedBatch,
  ): Promise<{ readonly kind: "read_on"; readonly nextOffset: number } | BatchVerdict> {
    const { partition, firstOffset } = batch;
    const known = positions.get(partition);
    const nextOffset =
      known ?? (await persist(batch, () => readProgress(pool, topic, partition, firstOffset)));
    if (nextOffset === null) return { kind: "dropped" };
    if (batch.highWatermark < nextOffset) {
      // The log ends before what was read: it is another log of the same name.
      log.warn({ partition, nextOffset, highWatermark: batch.highWatermark }, "the topic was made anew");
      const rewound = await persist(batch, () =>
        rewindProgress(pool, topic, partition, nextOffset, firstOffset),
      );
      if (rewound === null) return { kind: "dropped" };
      positions.delete(partition);
      return findPosition(batch);
    }
    if (batch.lastOffset < nextOffset) return seekTo(partition, nextOffset);
    if (firstOffset > nextOffset) {
      // Kafka's hint may be ahead of the ledger. Asked for once, what Kafka then leaves out it does not have:
      // its own control records, or messages that retention has removed.
      if (known === undefined) return seekTo(partition, nextOffset);
      log.info({ partition, nextOffset, firstOffset }, "the partition has a gap");
    }
    positions.set(partition, nextOffset);
    return { kind: "read_on", nextOffset };
  }

  function seekTo(partition: number, offset: number): BatchVerdict {
    positions.set(partition, offset);
    return { kind: "seek", offset };
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

  return { handle, forget: () => positions.clear() };
}

/** SQLSTATE classes that only a mistake in a statement or in the ledger's own sums can bring: repeating is no use. */
const mistakes = new Set(["22", "23", "42"]);

function isOutage(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return false;
  const state = sqlState(error);
  return state === null || !mistakes.has(state.slice(0, 2));
}

function readMessages(
  decode: DecodeMessage,
  messages: readonly KafkaMessage[],
  fromOffset: number,
): BatchMessage[] {
  const read: BatchMessage[] = [];
  for (const message of messages) {
    const offset = Number(message.offset);
    if (offset < fromOffset) continue;
    read.push({
      raw: {
        offset,
        key: message.key,
        value: message.value,
        headers: () => readHeaders(message.headers),
      },
      identity: readIdentity(message.headers),
      replayOf: readReplayOf(message.headers),
      decoded: decode(message.value),
    });
  }
  return read;
}

function logStored(log: Logger, partition: number, stored: Extract<StoredBatch, { kind: "stored" }>): void {
  const { completedRunIds, kind: _kind, ...counts } = stored;
  log.debug({ partition, ...counts }, "stored a batch");
  for (const runId of completedRunIds) log.info({ runId }, "a run is completed");
}
