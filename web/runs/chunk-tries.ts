import type { ChunkLine } from "../../ledger/chunks/list-chunks.ts";
import { chunkJobId, type Queues, queueOf } from "../../queues/queues.ts";
import { withDeadline } from "../http/deadline.ts";

/** What BullMQ knows of a chunk's job that has not ended. */
export interface ChunkTries {
  /** How often it was tried without success. */
  readonly failures: number;
  /** Why the last time. */
  readonly reason: string | null;
}

const timeoutMs = 500;

/**
 * The jobs of the chunks that are still to be produced, by the chunks' indexes. They are a comment to the ledger: without
 * Redis there are none.
 */
export async function findChunkTries(
  queues: Queues,
  isRedisReady: () => boolean,
  chunks: readonly ChunkLine[],
): Promise<ReadonlyMap<number, ChunkTries>> {
  const unproduced = chunks.filter(({ producedAt, closedAt }) => producedAt === null && closedAt === null);
  if (unproduced.length === 0 || !isRedisReady()) return new Map();
  try {
    const looking = Promise.all(unproduced.map((chunk) => queueOf(queues, chunk).getJob(chunkJobId(chunk))));
    const jobs = await withDeadline(looking, timeoutMs, "Redis's answer");
    return new Map(
      unproduced.flatMap(({ index }, at) => {
        const job = jobs[at];
        if (job === undefined) return [];
        const failed = job.failedReason !== undefined && job.failedReason !== "";
        return [[index, { failures: job.attemptsMade, reason: failed ? job.failedReason : null }] as const];
      }),
    );
  } catch {
    return new Map();
  }
}
