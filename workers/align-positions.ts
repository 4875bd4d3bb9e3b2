import type { LogBounds } from "../kafka/inspect.ts";
import type { Queryable } from "../ledger/database/database.ts";
import { markLostBehindEnd, readProgressOf } from "../ledger/outcomes/consumer-progress.ts";
import type { Positions } from "./positions.ts";

export interface AlignDependencies {
  readonly pool: Queryable;
  /** Topic -> Kafka's id of it as it is now; none where there is no such topic. */
  readonly readTopicIds: (topics: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  readonly readLogBounds: ReadLogBounds;
}

/** Topic -> partition -> where its log begins and ends. */
export type ReadLogBounds = (
  topics: readonly string[],
) => Promise<ReadonlyMap<string, ReadonlyMap<number, LogBounds>>>;

export interface AlignedTopic {
  readonly topic: string;
  readonly positions: Positions;
  readonly partitions: readonly number[];
  /** Whether it is to be said of all partitions where reading goes on. */
  readonly all: boolean;
}

/**
 * Compares the progress of partitions with what Kafka has of them, and corrects it where that is no longer so. Chunks that are waited for in
 * vain behind a log's end are given up. It takes as many statements and requests for a thousand topics as for one.
 * @returns topic -> partition -> where its reading must go on
 */
export async function alignPositions(
  { pool, readTopicIds, readLogBounds }: AlignDependencies,
  aligned: readonly AlignedTopic[],
): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> {
  const names = aligned.map(({ topic }) => topic);
  if (names.length === 0) return new Map();
  const progress = await readProgressOf(pool, names);
  const [ids, bounds] = [await readTopicIds(names), await readLogBounds(names)];
  const seeks = new Map<string, ReadonlyMap<number, number>>();
  const readToEnd = [];
  for (const { topic, positions, partitions, all } of aligned) {
    const topicId = ids.get(topic);
    if (topicId === undefined) continue;
    const known = progress.get(topic);
    const look = {
      progress: new Map(partitions.map((partition) => [partition, known?.get(partition) ?? null])),
      ...{ topicId, bounds: bounds.get(topic) ?? new Map() },
    };
    const alignment = await positions.align(look, { all });
    seeks.set(topic, alignment.seeks);
    for (const [partition, end] of alignment.readToEnd) readToEnd.push({ topic, topicId, partition, end });
  }
  if (readToEnd.length > 0) await markLostBehindEnd(pool, readToEnd);
  return seeks;
}
