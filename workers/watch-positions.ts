import type { Seek } from "../kafka/consume.ts";
import type { Logger } from "../service/log.ts";
import type { Positions } from "./positions.ts";

export interface PositionWatch {
  /** Partitions have been assigned: reading of each goes on where the ledger says, as soon as it can be asked. */
  assign(partitions: readonly number[], seek: Seek): void;
  stop(): Promise<void>;
}

const everyMs = 5_000;
const retryMs = 500;

/**
 * Keeps reading at the ledger's progress where no batch comes by which it could be noticed: kafkajs begins at the
 * offset that Kafka has committed, which may be behind everything that is unread, and goes on silently where retention
 * or a topic of the same name has replaced what it was to read.
 */
export function watchPositions({
  positions,
  isInHand,
  log,
}: {
  readonly positions: Positions;
  /** Whether a batch of the partition is being stored: then its position takes care of itself. */
  readonly isInHand: (partition: number) => boolean;
  readonly log: Logger;
}): PositionWatch {
  let assigned: { readonly partitions: readonly number[]; readonly seek: Seek } | null = null;
  /** Whether the assigned partitions have been placed at least once. */
  let placed = true;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let pass: Promise<void> | null = null;

  async function align(): Promise<void> {
    const mine = assigned;
    if (mine === null) return;
    if (mine.partitions.length === 0) {
      // Others read all of the topic.
      placed = true;
      return;
    }
    const all = !placed;
    const partitions = mine.partitions.filter((partition) => all || !isInHand(partition));
    const seeks = await positions.align(partitions, { all });
    if (assigned !== mine) return;
    for (const [partition, offset] of seeks) mine.seek(partition, offset);
    placed = true;
  }

  function run(): void {
    pass = align()
      .catch((error: unknown) => log.warn({ err: error }, "positions not checked, trying again"))
      .finally(() => {
        pass = null;
        schedule(placed ? everyMs : retryMs);
      });
  }

  function schedule(delayMs: number): void {
    clearTimeout(timer);
    if (!stopped && pass === null) timer = setTimeout(run, delayMs);
  }

  return {
    assign(partitions, seek) {
      assigned = { partitions, seek };
      placed = false;
      schedule(0);
    },
    async stop() {
      stopped = true;
      assigned = null;
      clearTimeout(timer);
      await pass;
    },
  };
}
