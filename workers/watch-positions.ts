import type { Seek } from "../kafka/consume.ts";
import type { Logger } from "../service/log.ts";
import { type AlignDependencies, type AlignedTopic, alignPositions } from "./align-positions.ts";
import type { TopicReader } from "./read-topic.ts";

export interface PositionWatch {
  /**
   * Partitions of a topic have been assigned anew, perhaps none: reading of each goes on where the ledger says, as soon as it can be asked.
   */
  assign(topic: string, assigned: Assigned): void;
  stop(): Promise<void>;
}

export interface Assigned extends Pick<TopicReader, "positions" | "isInHand"> {
  readonly partitions: readonly number[];
  readonly seek: Seek;
}

const everyMs = 5_000;
const retryMs = 500;

/**
 * Keeps reading at the ledger's progress where no batch comes by which it could be noticed: kafkajs begins at the
 * offset that Kafka has committed, which may be behind everything that is unread, and goes on silently where retention
 * or a topic of the same name has replaced what it was to read. All topics are looked at together, so that an idle one costs next to nothing.
 */
export function watchPositions(deps: AlignDependencies & { readonly log: Logger }): PositionWatch {
  const { log } = deps;
  const assigned = new Map<string, Assigned>();
  /** Topics whose partitions have not been placed since they were assigned. */
  const unplaced = new Set<string>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let pass: Promise<void> | null = null;

  async function align(): Promise<void> {
    // Of a topic without partitions others read all.
    const mine = [...assigned].filter(([, { partitions }]) => partitions.length > 0);
    const looked = mine.map(([topic, { positions, partitions, isInHand }]): AlignedTopic => {
      const all = unplaced.has(topic);
      return {
        ...{ topic, positions, all },
        partitions: partitions.filter((partition) => all || !isInHand(partition)),
      };
    });
    const seeks = await alignPositions(deps, looked);
    for (const [topic, each] of mine) {
      if (assigned.get(topic) !== each) continue;
      for (const [partition, offset] of seeks.get(topic) ?? []) each.seek(partition, offset);
      unplaced.delete(topic);
    }
  }

  function run(): void {
    pass = align()
      .catch((error: unknown) => log.warn({ err: error }, "positions not checked, trying again"))
      .finally(() => {
        pass = null;
        schedule(unplaced.size === 0 ? everyMs : retryMs);
      });
  }

  function schedule(delayMs: number): void {
    clearTimeout(timer);
    if (!stopped && pass === null) timer = setTimeout(run, delayMs);
  }

  return {
    assign(topic, each) {
      each.positions.forgetAll();
      assigned.set(topic, each);
      if (each.partitions.length === 0) unplaced.delete(topic);
      else unplaced.add(topic);
      schedule(0);
      log.info({ topic, partitions: each.partitions }, "partitions assigned");
    },
    async stop() {
      stopped = true;
      assigned.clear();
      clearTimeout(timer);
      await pass;
    },
  };
}
