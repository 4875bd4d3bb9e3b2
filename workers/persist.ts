import { setTimeout as pause } from "node:timers/promises";
import type { FetchedBatch } from "../kafka/consume.ts";
import type { Logger } from "../service/log.ts";

/** What became of work on a batch. */
export type Persisted<T> =
  | { readonly kind: "done"; readonly value: T }
  /** Repeating it is no use. */
  | { readonly kind: "failed"; readonly error: unknown }
  /** The batch is stale. */
  | { readonly kind: "dropped" };

/**
 * Repeats `work` through an outage, however long that takes.
 * @param isHopeless whether what was thrown is no outage; may throw, which ends it too
 */
export async function persist<T>(
  { batch, log }: { readonly batch: FetchedBatch; readonly log: Logger },
  work: () => Promise<T>,
  isHopeless: (error: unknown) => Promise<boolean>,
): Promise<Persisted<T>> {
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
    if (batch.isStale()) return { kind: "dropped" };
    try {
      return { kind: "done", value: await work() };
    } catch (error) {
      if (await isHopeless(error)) return { kind: "failed", error };
      log.warn({ err: error, partition: batch.partition, pauseMs }, "storing failed, trying again");
      await pause(pauseMs);
      await batch.heartbeat();
    }
  }
}
