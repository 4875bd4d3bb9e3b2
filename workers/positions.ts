import type { FetchedBatch } from "../kafka/consume.ts";
import type { LogBounds } from "../kafka/inspect.ts";
import type { Pool } from "../ledger/database/database.ts";
import {
  enterPartition,
  type Progress,
  readProgress,
  restartProgress,
  skipRemoved,
} from "../ledger/outcomes/consumer-progress.ts";
import type { Logger } from "../service/log.ts";

export interface PositionDependencies {
  readonly pool: Pool;
  readonly topic: string;
  /** Kafka's id of the topic as it is now; null where there is none. */
  readonly readTopicId: () => Promise<string | null>;
  readonly readLogBounds: () => Promise<ReadonlyMap<number, LogBounds>>;
  readonly log: Logger;
}

export type Placed =
  /** The batch begins where the ledger goes on, or before it, or behind what Kafka no longer has. */
  | { readonly kind: "read_on"; readonly progress: Progress }
  | { readonly kind: "seek"; readonly offset: number };

/** Where each partition's reading goes on. The ledger's progress decides; Kafka's committed offset is a hint. */
export interface Positions {
  /** @throws where PostgreSQL or Kafka does not answer; may be called again */
  place(batch: FetchedBatch): Promise<Placed>;
  /** The ledger has the partition's messages up to here. */
  advance(partition: number, progress: Progress): void;
  /** Reading goes on elsewhere: the position is read from the ledger again at the next batch. */
  forget(partition: number): void;
  forgetAll(): void;
  /**
   * Corrects the progress of partitions of which nothing is in hand and perhaps nothing ever comes: of a topic that was
   * made anew, of a log whose beginning or end Kafka has cut off.
   */
  align(look: TopicLook, options: { readonly all: boolean }): Promise<Alignment>;
}

/** What there is of a topic now. */
export interface TopicLook {
  /** Partition -> where its reading goes on; null where nothing of it was ever read. */
  readonly progress: ReadonlyMap<number, Progress | null>;
  /** Asked for after the progress, as are the bounds: both can only be newer than what the ledger knows. */
  readonly topicId: string;
  readonly bounds: ReadonlyMap<number, LogBounds>;
}

export interface Alignment {
  /**
   * Partition -> where reading must go on; without `all` only of partitions whose progress was corrected, or that were told so before
   * and have not come.
   */
  readonly seeks: ReadonlyMap<number, number>;
  /** Partition -> where its log ends, of those that have been read to their end. */
  readonly readToEnd: ReadonlyMap<number, number>;
}

export function createPositions({
  pool,
  topic,
  readTopicId,
  readLogBounds,
  log,
}: PositionDependencies): Positions {
  /** Missing until the partition's first batch. */
  const positions = new Map<number, Progress>();
  /**
   * Partitions that were told to go on elsewhere, and of which no batch has come since. kafkajs may forget that: a commit of the former
   * offset that is under way takes it back. Where the former offset is the log's end, no batch would ever show it.
   */
  const sought = new Set<number>();
  /** Partition -> progress behind the log's end at the last look: a new leader may know of its log's end only later. */
  let shortLogs = new Map<number, number>();

  async function place(batch: FetchedBatch): Promise<Placed> {
    const placed = await compare(batch);
    if (placed.kind === "seek") sought.add(batch.partition);
    else sought.delete(batch.partition);
    return placed;
  }

  async function compare(batch: FetchedBatch): Promise<Placed> {
    const { partition, firstOffset } = batch;
    const known = positions.get(partition);
    const found = known ?? (await readProgress(pool, { topic, partition }));
    // Asked after the batch was fetched: where the id is still the one whose offsets the ledger has, so was the batch's.
    const topicId = await readTopicId();
    const progress = await identify(partition, found, topicId);
    const { nextOffset } = progress;
    if (progress.topicId !== topicId) {
      // Of which topic the batch is cannot be told: it is read again, from the new one's beginning where there is one.
      positions.delete(partition);
      if (topicId === null) return { kind: "seek", offset: nextOffset };
      await restart(partition, progress, { nextOffset: 0, topicId });
      return { kind: "seek", offset: 0 };
    }
    if (batch.highWatermark < nextOffset) {
      positions.delete(partition);
      // A new leader learns late how far its log is committed, and until then a batch's mark is too low. Asked for the
      // log's end it does not answer before it knows (KIP-207).
      const end = (await readLogBounds()).get(partition)?.end;
      if (end === undefined || end >= nextOffset) return { kind: "seek", offset: nextOffset };
      await restart(partition, progress, { nextOffset: batch.highWatermark, topicId });
      return { kind: "seek", offset: batch.highWatermark };
    }
    positions.set(partition, progress);
    if (batch.lastOffset < nextOffset) return { kind: "seek", offset: nextOffset };
    if (firstOffset > nextOffset) {
      // Kafka's hint may be ahead of the ledger. Asked for once, what Kafka then leaves out it does not have:
      // its own control records, or messages that retention has removed.
      if (known === undefined) return { kind: "seek", offset: nextOffset };
      log.info({ partition, nextOffset, firstOffset }, "the partition has a gap");
    }
    return { kind: "read_on", progress };
  }

  async function restart(partition: number, from: Progress, to: Progress): Promise<boolean> {
    const restarted = await restartProgress(pool, { topic, partition }, from, to);
    const why = from.topicId === to.topicId ? "the partition's log was cut off" : "the topic was made anew";
    if (restarted) log.warn({ partition, from, to }, why);
    return restarted;
  }

  async function align(
    { progress: known, topicId, bounds }: TopicLook,
    { all }: { readonly all: boolean },
  ): Promise<Alignment> {
    const seeks = new Map<number, number>();
    const short = new Map<number, number>();
    const readToEnd = new Map<number, number>();
    for (const [partition, found] of known) {
      const logBounds = bounds.get(partition);
      if (logBounds === undefined) continue;
      const progress = await identify(partition, found, topicId);
      const { nextOffset } = progress;
      if (logBounds.end < nextOffset) short.set(partition, nextOffset);
      const corrected = correctProgress(
        progress,
        topicId,
        logBounds,
        shortLogs.get(partition) === nextOffset,
      );
      if (corrected === null && logBounds.end === nextOffset) readToEnd.set(partition, nextOffset);
      if (corrected !== null && (await correct(partition, progress, corrected))) {
        positions.delete(partition);
        seeks.set(partition, corrected.nextOffset);
      } else if (all || (sought.has(partition) && logBounds.end > nextOffset)) {
        seeks.set(partition, nextOffset);
      }
    }
    for (const partition of seeks.keys()) sought.add(partition);
    shortLogs = short;
    return { seeks, readToEnd };
  }

  async function identify(
    partition: number,
    found: Progress | null,
    topicId: string | null,
  ): Promise<Progress> {
    return found === null || found.topicId === null
      ? enterPartition(pool, { topic, partition }, topicId)
      : found;
  }

  function correct(partition: number, from: Progress, to: Progress): Promise<boolean> {
    if (from.topicId !== to.topicId || to.nextOffset < from.nextOffset) return restart(partition, from, to);
    log.warn({ partition, from, to }, "Kafka has removed what was not read yet");
    return skipRemoved(pool, { topic, partition }, from, to.nextOffset);
  }

  return {
    place,
    advance: (partition, progress) => void positions.set(partition, progress),
    forget(partition) {
      positions.delete(partition);
      sought.add(partition);
    },
    forgetAll() {
      positions.clear();
      sought.clear();
    },
    align,
  };
}

/** What a partition's progress must be, given a log that was looked at later; null where it is right. */
function correctProgress(
  progress: Progress,
  topicId: string,
  { first, end }: LogBounds,
  wasShort: boolean,
): Progress | null {
  if (progress.topicId !== topicId) return { nextOffset: 0, topicId };
  if (end < progress.nextOffset) return wasShort ? { nextOffset: end, topicId } : null;
  return first > progress.nextOffset ? { nextOffset: first, topicId } : null;
}
