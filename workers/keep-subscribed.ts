import { setTimeout as pause } from "node:timers/promises";
import type { ConsumerOptions } from "../kafka/consume.ts";
import type { ListedType, RecordTypes } from "../records/record-types.ts";
import type { Logger } from "../service/log.ts";
import { isMistake } from "./failures.ts";
import type { TopicReader } from "./read-topic.ts";
import type { PositionWatch } from "./watch-positions.ts";

export interface SubscriptionDependencies {
  readonly types: RecordTypes;
  /** Makes a topic where it is missing, before it is read for the first time. @throws where it cannot be used now */
  readonly prepareTopic: (topic: string) => Promise<void>;
  /** @throws where the type's table does not take its records */
  readonly probeTable: (type: ListedType) => Promise<void>;
  /**
   * @param onOutdated to be called where the topic needs another reader
   * @param onUnfit to be called where it is not to be read until the type's table takes records again
   */
  readonly openReader: (type: ListedType, onOutdated: () => void, onUnfit: () => void) => TopicReader;
  readonly watchPositions: () => PositionWatch;
  /** @returns what leaves the group after the batches in hand */
  readonly subscribe: (
    options: Pick<ConsumerOptions, "topics" | "handle" | "onAssigned" | "onLost">,
  ) => Promise<() => Promise<void>>;
  /** Resolves when types may have changed, or the signal is aborted; never rejects. */
  readonly untilChanged: (timeoutMs: number, signal: AbortSignal) => Promise<void>;
  readonly onFailure: (error: Error) => void;
  readonly log: Logger;
}

/** After that it looks for itself: a change may not have been heard of. */
const pollMs = 5_000;
/** Types are often registered one after another, and joining the group anew takes longer than this. */
const settlingMs = 250;
const firstRetryMs = 1_000;
/** Kafka may have been away for long: nothing is read until it is asked again. */
const lastRetryMs = 5_000;

/**
 * Reads the topics of all types that have a table, and takes up new ones: it leaves the group after the batches in hand and joins it
 * again. Nothing is lost or doubled by that, since positions are the ledger's.
 * @returns a function that ends it
 */
export function keepSubscribed(deps: SubscriptionDependencies): () => Promise<void> {
  const {
    types,
    prepareTopic,
    probeTable,
    openReader,
    watchPositions,
    subscribe,
    untilChanged,
    onFailure,
    log,
  } = deps;
  const ending = new AbortController();
  const { signal } = ending;
  let readers: ReadonlyMap<string, TopicReader & { readonly version: number }> = new Map();
  /** Aborted where a reader has asked for another. */
  let asked = new AbortController();
  /** Ends the membership and what goes with it. */
  let unsubscribe: (() => Promise<void>) | null = null;
  let isLost = false;
  /** Topics of types whose table took no records when it was tried last. */
  const unfit = new Set<string>();

  /** @returns whether all types are read that there are */
  async function renew(): Promise<boolean> {
    const wanted = (await types.list()).filter(({ table, isTableLost }) => table !== null && !isTableLost);
    // One whose topic cannot be used keeps no other waiting.
    const prepared = await Promise.all(wanted.map(isPrepared));
    const usable = wanted.filter((_, index) => prepared[index]);
    if (isLost || usable.length !== readers.size || !usable.every(isRead)) await read(usable);
    return usable.length === wanted.length;
  }

  const isRead = ({ topic, version }: ListedType): boolean => readers.get(topic)?.version === version;

  async function isPrepared(type: ListedType): Promise<boolean> {
    const { topic, name } = type;
    // The topic is the same in all versions.
    if (readers.has(topic) && !unfit.has(topic)) return true;
    try {
      if (unfit.has(topic)) await probeTable(type);
      await prepareTopic(topic);
      unfit.delete(topic);
      return true;
    } catch (error) {
      log.warn({ err: error, topic, type: name }, "the topic of a type cannot be read yet, trying again");
      return false;
    }
  }

  async function read(wanted: readonly ListedType[]): Promise<void> {
    await leave();
    isLost = false;
    if (signal.aborted || wanted.length === 0) return;
    const opened = new Map(
      wanted.map((type) => {
        const onUnfit = (): void => {
          unfit.add(type.topic);
          asked.abort();
        };
        const reader = openReader(type, () => asked.abort(), onUnfit);
        return [type.topic, { ...reader, version: type.version }];
      }),
    );
    const watch = watchPositions();
    try {
      const leaveGroup = await subscribe({
        topics: [...opened.keys()],
        handle: (batch) => readerOf(opened, batch.topic).handle(batch),
        onAssigned: (topic, partitions, seek) =>
          watch.assign(topic, { ...readerOf(opened, topic), partitions, seek }),
        onLost(error) {
          log.warn({ err: error }, "the membership in the group was lost, joining anew");
          isLost = true;
          asked.abort();
        },
      });
      unsubscribe = async () => {
        await leaveGroup();
        await watch.stop();
      };
    } catch (error) {
      await watch.stop();
      throw error;
    }
    readers = opened;
  }

  async function leave(): Promise<void> {
    await unsubscribe?.();
    unsubscribe = null;
    readers = new Map();
  }

  async function keep(): Promise<void> {
    let retryMs = firstRetryMs;
    while (!signal.aborted) {
      asked = new AbortController();
      const changed = untilChanged(pollMs, AbortSignal.any([signal, asked.signal])).then(() =>
        pause(settlingMs, undefined, { signal }).catch(() => undefined),
      );
      const isWhole = await renew().catch((error: unknown) => {
        if (isMistake(error)) throw error;
        log.warn({ err: error }, "the types of records cannot be read now, trying again");
        return false;
      });
      if (isWhole) await changed;
      else await Promise.race([changed, pause(retryMs, undefined, { signal }).catch(() => undefined)]);
      retryMs = isWhole ? firstRetryMs : Math.min(2 * retryMs, lastRetryMs);
    }
  }

  const keeping = keep().catch((error: unknown) =>
    onFailure(error instanceof Error ? error : new Error(String(error))),
  );
  return async () => {
    ending.abort();
    await keeping;
    await leave();
  };
}

function readerOf(readers: ReadonlyMap<string, TopicReader>, topic: string): TopicReader {
  const reader = readers.get(topic);
  if (reader === undefined) throw new TypeError(`nobody subscribed to the topic ${topic}`);
  return reader;
}
