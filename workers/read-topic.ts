import type { BatchVerdict, FetchedBatch, Seek } from "../kafka/consume.ts";
import type { LogBounds } from "../kafka/inspect.ts";
import type { StoredType } from "../records/record-type.ts";
import { createPositions } from "./positions.ts";
import { createMessageStore, type StoreDependencies } from "./store-messages.ts";
import { watchPositions } from "./watch-positions.ts";

/** What reads one topic, and knows where each of its partitions goes on. */
export interface TopicReader {
  readonly type: StoredType;
  readonly handle: (batch: FetchedBatch) => Promise<BatchVerdict>;
  /** Partitions have been assigned anew; perhaps none. */
  readonly assign: (partitions: readonly number[], seek: Seek) => void;
  readonly close: () => Promise<void>;
}

export interface TopicReaderDependencies extends Omit<StoreDependencies, "positions"> {
  /** Kafka's id of the topic as it is now; null where there is none. */
  readonly readTopicId: (topic: string) => Promise<string | null>;
  readonly readLogBounds: (topic: string) => Promise<ReadonlyMap<number, LogBounds>>;
}

export function openTopicReader({
  readTopicId,
  readLogBounds,
  ...deps
}: TopicReaderDependencies): TopicReader {
  const { pool, topic, type, log } = deps;
  const positions = createPositions({
    ...{ pool, topic, log },
    readTopicId: () => readTopicId(topic),
    readLogBounds: () => readLogBounds(topic),
  });
  const store = createMessageStore({ ...deps, positions });
  const watch = watchPositions({ positions, isInHand: store.isInHand, log });
  return {
    type,
    handle: store.handle,
    assign(partitions, seek) {
      positions.forgetAll();
      watch.assign(partitions, seek);
      log.info({ topic, partitions }, "partitions assigned");
    },
    close: watch.stop,
  };
}
