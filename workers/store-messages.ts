import type { KafkaMessage } from "kafkajs";
import type { BatchVerdict, FetchedBatch } from "../kafka/consume.ts";
import { maxMessageBytes } from "../kafka/decode-limits.ts";
import { offsetOf, sizeOf } from "../kafka/fetched-message.ts";
import { createClaimsReader, readHeaders } from "../kafka/message.ts";
import { UndecodableBatch } from "../kafka/undecodable-batch.ts";
import type { Pool } from "../ledger/database/database.ts";
import type { RawMessage } from "../ledger/dead-letters/raw-message.ts";
import {
  assembleBatch,
  type BatchOrigin,
  type ReceivedMessage,
  type RecordReader,
} from "../ledger/outcomes/batch.ts";
import { probeCopy } from "../ledger/outcomes/copy-rows.ts";
import { type StoredBatch, storeBatch as storeInLedger } from "../ledger/outcomes/store-batch.ts";
import { Strides } from "../ledger/outcomes/strides.ts";
import { dead } from "../records/decoded.ts";
import type { Logger } from "../service/log.ts";
import { isBuiltIn } from "../types/built-in.ts";
import { isMistake, isOwnTrouble, UnfitTable } from "./failures.ts";
import { asItIs, type Change, isLoss, lastResorts, leaveUnread } from "./last-resorts.ts";
import { type Persisted, persist, wait } from "./persist.ts";
import type { Positions } from "./positions.ts";
import { OutdatedReader, rememberRunFields } from "./run-fields.ts";

export interface StoreDependencies {
  readonly pool: Pool;
  readonly topic: string;
  readonly reader: RecordReader;
  readonly positions: Positions;
  readonly log: Logger;
  /** Asks for another reader of the topic: batches are read again until it is there. */
  readonly onOutdated: () => void;
  /** Asks for the topic to be left alone until the type's table takes records again. */
  readonly onUnfit: () => void;
  /** The ledger's own, which its caller may want to time. */
  readonly storeBatch?: typeof storeInLedger;
}

export interface MessageStore {
  /** Gives every message of a batch its outcome, however long PostgreSQL takes to come back. */
  readonly handle: (batch: FetchedBatch) => Promise<BatchVerdict>;
}

type TriedSlice =
  | Persisted<StoredBatch>
  /** It fails where a clean record goes through. */
  | { readonly kind: "failed"; readonly error: unknown }
  /** Nothing of it can be stored by this reader. */
  | { readonly kind: "outdated"; readonly error: OutdatedReader };

/** After that a batch is read again for which another reader is needed, or another table. */
const renewalMs = 1_000;

/** That end all at once while one slice is stored; by the next one it is to blame itself. */
const maxOutages = 1;

/** What of a message only dead letters have is read when it becomes one. */
class RawFetched implements RawMessage {
  readonly offset: number;
  readonly value: Buffer | null;
  readonly #message: KafkaMessage;

  constructor(message: KafkaMessage) {
    this.offset = offsetOf(message);
    this.value = message.value;
    this.#message = message;
  }

  get key(): Buffer | null {
    return this.#message.key;
  }

  headers(): Map<string, Buffer[]> {
    return readHeaders(this.#message.headers);
  }
}

/** The consumer's work on a batch: place it against the ledger's progress, decode it, store it. */
export function createMessageStore({
  pool,
  topic,
  reader,
  positions,
  log,
  onOutdated,
  onUnfit,
  storeBatch = storeInLedger,
}: StoreDependencies): MessageStore {
  const { type } = reader;
  const withRunFields = rememberRunFields(pool, type);
  const readClaims = createClaimsReader();

  async function handle(batch: FetchedBatch): Promise<BatchVerdict> {
    try {
      return await storeAll(batch);
    } catch (error) {
      if (!(error instanceof UnfitTable)) throw error;
      log.error({ err: error, topic }, "a type's table takes no records, so its topic is not read for now");
      onUnfit();
      await wait(batch, renewalMs);
      return { kind: "seek", offset: batch.firstOffset };
    }
  }

  /**
   * Stores all of it in one transaction. Where that fails and a clean record goes through, some message is at fault: fewer
   * are tried at a time until it stands alone, and those that went through stay stored.
   */
  async function storeAll(batch: FetchedBatch): Promise<BatchVerdict> {
    const { partition } = batch;
    const placed = await persist({ batch, log }, () => positions.place(batch));
    if (placed.kind === "dropped") return placed;
    if (placed.value.kind === "seek") return placed.value;
    const { nextOffset, topicId } = placed.value.progress;
    const messages = batch.messages.filter((message) => offsetOf(message) >= nextOffset);
    let fromOffset = nextOffset;
    const strides = new Strides(messages.length);
    do {
      const slice = messages.slice(strides.first, strides.end);
      const next = messages[strides.end];
      const endOffset = next === undefined ? batch.lastOffset + 1 : offsetOf(next);
      const origin = { topic, partition, topicId, fromOffset, endOffset };
      let stored = await persistSlice(batch, origin, slice, asItIs);
      const failed = stored.kind === "failed";
      if (stored.kind === "failed" && slice.length <= 1)
        stored = await storeAlone(batch, origin, slice, stored.error);
      if (stored.kind === "dropped") return stored;
      if (stored.kind === "outdated") {
        log.warn({ err: stored.error, partition, fromOffset }, "messages need another reader of their topic");
        onOutdated();
        await wait(batch, renewalMs);
        return { kind: "seek", offset: fromOffset };
      }
      if (stored.kind === "failed") {
        strides.halve();
        continue;
      }
      if (stored.value.kind === "superseded") {
        positions.forget(partition);
        return { kind: "seek", offset: stored.value.nextOffset };
      }
      fromOffset = endOffset;
      positions.advance(partition, { nextOffset: endOffset, topicId });
      logStored(partition, stored.value);
      if (failed) strides.passOver();
      else strides.goOn();
    } while (!strides.isDone);
    return { kind: "done" };
  }

  /**
   * Gives a message that has failed alone the best outcome that goes through.
   * @throws where none does, not even a dead letter without its bytes: then it is not the message
   */
  async function storeAlone(
    batch: FetchedBatch,
    origin: BatchOrigin,
    slice: readonly KafkaMessage[],
    failure: unknown,
  ): Promise<TriedSlice> {
    let stored: TriedSlice = { kind: "failed", error: failure };
    for (const [index, change] of lastResorts(failure).entries()) {
      if (isLoss(failure)) await wait(batch, Math.min(100 * 2 ** index, 2_000));
      stored = await persistSlice(batch, origin, slice, change);
      if (stored.kind !== "failed") return stored;
    }
    throw stored.error;
  }

  /**
   * Stores messages, through outages. Over a message PostgreSQL's process may die, and all others' with it: what brings about
   * an outage whenever all is well again has failed as well.
   */
  async function persistSlice(
    batch: FetchedBatch,
    origin: BatchOrigin,
    slice: readonly KafkaMessage[],
    change: Change,
  ): Promise<TriedSlice> {
    const { partition, fromOffset } = origin;
    for (let pauseMs = 100, outages = 0; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
      if (batch.isStale()) return { kind: "dropped" };
      try {
        return { kind: "done", value: await storeSlice(origin, slice, change) };
      } catch (error) {
        if (error instanceof OutdatedReader) return { kind: "outdated", error };
        const isOwn = isOwnTrouble(error);
        if (!isOwn && (outages === maxOutages || (await takesCleanRecord()))) {
          log.error(
            { err: error, partition, fromOffset, messages: slice.length },
            "messages cannot be stored",
          );
          return { kind: "failed", error };
        }
        log.warn({ err: error, partition, pauseMs }, "storing failed, trying again");
        await wait(batch, pauseMs);
        const well = await persist({ batch, log }, () => storeCleanRecord());
        if (well.kind === "dropped") return well;
        if (!isOwn) outages += 1;
      }
    }
  }

  /** @throws UnfitTable where that will be the same the next time, of a registered type; else what PostgreSQL says */
  async function storeCleanRecord(): Promise<void> {
    try {
      await probeCopy(pool, type);
    } catch (error) {
      if (!isMistake(error) || isBuiltIn({ recordType: type })) throw error;
      throw new UnfitTable(`the table ${type.table.name} takes no records of ${type.name}`, { cause: error });
    }
  }

  async function takesCleanRecord(): Promise<boolean> {
    try {
      await storeCleanRecord();
      return true;
    } catch (error) {
      if (isMistake(error)) throw error;
      return false;
    }
  }

  async function storeSlice(
    origin: BatchOrigin,
    slice: readonly KafkaMessage[],
    change: Change,
  ): Promise<StoredBatch> {
    const receive = (index: number): ReceivedMessage => {
      const message = slice[index] as KafkaMessage;
      const raw = new RawFetched(message);
      const { identity, replayOf } = readClaims(message);
      const received = { raw, identity, replayOf };
      if (message instanceof UndecodableBatch)
        return change({ ...received, verdict: dead("undecodable_batch", message.reason) });
      const size = sizeOf(message);
      return change(size > maxMessageBytes ? leaveUnread(size)(received) : received);
    };
    const assembled = await withRunFields(
      (fieldsOf) => assembleBatch(origin, slice.length, receive, reader, fieldsOf),
      ({ rows }) => rows.release(),
    );
    try {
      return await storeBatch(pool, type, assembled);
    } finally {
      assembled.rows.release();
    }
  }

  function logStored(partition: number, stored: Extract<StoredBatch, { kind: "stored" }>): void {
    const { completedRunIds, kind: _kind, ...counts } = stored;
    log.debug({ partition, ...counts }, "stored a batch");
    if (stored.refused > 0) {
      log.error(
        { partition, refused: stored.refused },
        "PostgreSQL has refused messages that passed every check",
      );
    }
    for (const runId of completedRunIds) log.info({ runId }, "a run is completed");
  }

  return { handle };
}
