import type { BatchVerdict, FetchedBatch } from "../kafka/consume.ts";
import type { RecordReader } from "../ledger/outcomes/batch.ts";
import type { ReadLogBounds } from "./align-positions.ts";
import { wait } from "./persist.ts";
import { createPositions, type Positions } from "./positions.ts";
import { createMessageStore, type MessageStore, type StoreDependencies } from "./store-messages.ts";

/** What reads one topic, and knows where each of its partitions goes on. */
export interface TopicReader {
  readonly handle: (batch: FetchedBatch) => Promise<BatchVerdict>;
  readonly positions: Positions;
  /** Whether a batch of the partition is being stored: then its position takes care of itself. */
  readonly isInHand: (partition: number) => boolean;
}

export interface TopicReaderDependencies extends Omit<StoreDependencies, "positions" | "reader"> {
  /** Compiles what reads the type's records, or has it; asked for each batch: of a topic without messages nothing is compiled. */
  readonly openReader: () => Promise<RecordReader>;
  /** Kafka's id of the topic as it is now; null where there is none. */
  readonly readTopicId: (topic: string) => Promise<string | null>;
  readonly readLogBounds: ReadLogBounds;
}

/** After that a batch is read again whose reader cannot be opened: other topics need not wait for it. */
const retryMs = 1_000;

export function openTopicReader({
  openReader,
  readTopicId,
  readLogBounds,
  ...deps
}: TopicReaderDependencies): TopicReader {
  const { pool, topic, log } = deps;
  const positions = createPositions({
    ...{ pool, topic, log },
    readTopicId: () => readTopicId(topic),
    readLogBounds: async () => (await readLogBounds([topic])).get(topic) ?? new Map(),
  });
  /** Keeps no reader that nobody else keeps. */
  const stores = new WeakMap<RecordReader, MessageStore>();
  const inHand = new Set<number>();

  function storeOf(reader: RecordReader): MessageStore {
    const store = stores.get(reader) ?? createMessageStore({ ...deps, reader, positions });
    stores.set(reader, store);
    return store;
  }

  async function handle(batch: FetchedBatch): Promise<BatchVerdict> {
    const reader = await openReader().catch((error: unknown) => {
      log.warn({ err: error, topic }, "the type of a topic's records cannot be opened now, trying again");
      return null;
    });
    if (reader !== null) return storeOf(reader).handle(batch);
    await wait(batch, retryMs);
    return { kind: "seek", offset: batch.firstOffset };
  }

  return {
    async handle(batch) {
      inHand.add(batch.partition);
      try {
        return await handle(batch);
      } finally {
        inHand.delete(batch.partition);
      }
    },
    positions,
    isInHand: (partition) => inHand.has(partition),
  };
}
