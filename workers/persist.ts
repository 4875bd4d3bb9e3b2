import { setTimeout as pause } from "node:timers/promises";
import type { FetchedBatch } from "../kafka/consume.ts";
import type { Logger } from "../service/log.ts";
import { isMistake } from "./failures.ts";

/** What became of work on a batch. */
export type Persisted<T> =
  | { readonly kind: "done"; readonly value: T }
  /** The batch is stale. */
  | { readonly kind: "dropped" };

/**
 * Repeats `work` through an outage, however long that takes.
 * @throws what `work` throws that is no outage
 */
export async function persist<T>(
  { batch, log }: { readonly batch: FetchedBatch; readonly log: Logger },
  work: () => Promise<T>,
): Promise<Persisted<T>> {
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
    if (batch.isStale()) return { kind: "dropped" };
    try {
      return { kind: "done", value: await work() };
    } catch (error) {
      if (isMistake(error)) throw error;
      log.warn({ err: error, partition: batch.partition, pauseMs }, "storing failed, trying again");
      await wait(batch, pauseMs);
    }
  }
}

/** @throws where the group gives the partitions out anew: then it is of no use to go on */
export async function wait(batch: FetchedBatch, forMs: number): Promise<void> {
  await pause(forMs);
  await batch.heartbeat();
}
