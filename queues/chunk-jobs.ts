import type { Chunk } from "../ledger/chunks/chunk.ts";
import { supersedeChunk } from "../ledger/chunks/chunks.ts";
import type { Queryable } from "../ledger/database/database.ts";
import {
  giveUpChunk,
  listChunksToShelve,
  listDueChunks,
  shelveChunks,
} from "../ledger/planning/due-chunks.ts";
import { findJobStates, type JobState } from "./find-job-states.ts";
import { chunkJobId, chunkJobName, chunkPriority, type Queues, queueOf } from "./queues.ts";
import { slicesOf } from "./slices.ts";

/**
 * Adds the jobs of a run's chunks; one whose job is there already is left alone.
 * @param requested records of the run, for the jobs' names; null where that is not known, or there is no end
 * @param isOwnTrace whether the span in which this is done is the run's
 */
export async function addChunkJobs(
  queues: Queues,
  chunks: readonly Chunk[],
  requested: number | null = null,
  isOwnTrace = true,
): Promise<void> {
  for (const [queue, own] of byQueue(queues, chunks)) {
    for (const slice of slicesOf(own)) {
      await queue.addBulk(
        slice.map((chunk) => ({
          name: chunkJobName(chunk, requested),
          data: chunk,
          // Paced ones are made in the order in which they were planned, which is that of their times.
          opts: {
            jobId: chunkJobId(chunk),
            ...(chunk.paced ? {} : { priority: chunkPriority(chunk) }),
            ...(isOwnTrace ? {} : { telemetry: { omitContext: true } }),
          },
        })),
      );
    }
  }
}

/**
 * Makes sure that every chunk that is due has a job that is still to come: one that Redis lost is added again, one that has
 * ended without the ledger knowing of it gets a successor. But one of a cancelled run whose job has failed for good is given up:
 * its run cannot end by that any more, and it would be tried for ever. Few jobs end without their chunk being produced, and
 * BullMQ keeps no more than 2,000 of them.
 */
export async function ensureChunkJobs(db: Queryable, queues: Queues, limit: number): Promise<void> {
  const due = await listDueChunks(db, limit);
  const states = await findChunkJobStates(
    queues,
    due.map(({ chunk }) => chunk),
  );
  const missing = new Map<string, { readonly requested: number | null; readonly chunks: Chunk[] }>();
  for (const { chunk, requested, runStatus } of due) {
    const state = states.get(chunkJobId(chunk));
    const hasEnded = state === "completed" || state === "failed";
    if (state !== "missing" && !hasEnded) continue;
    if (state === "failed" && runStatus === "cancelled") {
      await giveUpChunk(db, chunk);
      continue;
    }
    if (hasEnded) await supersedeChunk(db, chunk);
    const ofRun = missing.get(chunk.runId) ?? { requested, chunks: [] };
    ofRun.chunks.push(hasEnded ? { ...chunk, generation: chunk.generation + 1 } : chunk);
    missing.set(chunk.runId, ofRun);
  }
  for (const { requested, chunks } of missing.values()) await addChunkJobs(queues, chunks, requested);
}

async function findChunkJobStates(
  queues: Queues,
  chunks: readonly Chunk[],
): Promise<ReadonlyMap<string, JobState>> {
  const ofQueues = byQueue(queues, chunks).map(([queue, own]) =>
    findJobStates(queues, queue, own.map(chunkJobId)),
  );
  return new Map((await Promise.all(ofQueues)).flatMap((states) => [...states]));
}

/**
 * Takes the waiting chunk jobs of a run that goes on no more out of the queue; those in a worker's hands go on to the chunk's
 * end, and so does what is half made of a cancelled run.
 */
export async function removeChunkJobs(db: Queryable, queues: Queues, runId: string): Promise<void> {
  for (const [queue, own] of byQueue(queues, await listChunksToShelve(db, runId))) {
    for (const slice of slicesOf(own)) {
      const removed = await Promise.all(
        slice.map(async (chunk) => ((await queue.remove(chunkJobId(chunk))) === 1 ? [chunk.index] : [])),
      );
      await shelveChunks(db, runId, removed.flat());
    }
  }
}

const byQueue = (queues: Queues, chunks: readonly Chunk[]) =>
  [queues.chunks, queues.pacedChunks].map(
    (queue) => [queue, chunks.filter((chunk) => queueOf(queues, chunk) === queue)] as const,
  );
