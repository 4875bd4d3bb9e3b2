import { listHalfMadeChunks, listUnproducedChunks, supersedeChunk } from "../ledger/chunks.ts";
import type { Queryable } from "../ledger/database.ts";
import type { Chunk } from "../ledger/plan-window.ts";
import { findJobStates, type JobState } from "./find-job-states.ts";
import { chunkJobId, chunkJobName, chunkPriority, type Queues, queueOf } from "./queues.ts";
import { slicesOf } from "./slices.ts";

/**
 * Adds the jobs of a run's chunks; one whose job is there already is left alone.
 * @param requested records of the run, for the jobs' names; null where that is not known, or there is no end
 */
export async function addChunkJobs(
  queues: Queues,
  chunks: readonly Chunk[],
  requested: number | null = null,
): Promise<void> {
  for (const [queue, own] of byQueue(queues, chunks)) {
    for (const slice of slicesOf(own)) {
      await queue.addBulk(
        slice.map((chunk) => ({
          name: chunkJobName(chunk, requested),
          data: chunk,
          // Paced ones are made in the order in which they were planned, which is that of their times.
          opts: { jobId: chunkJobId(chunk), ...(chunk.paced ? {} : { priority: chunkPriority(chunk) }) },
        })),
      );
    }
  }
}

/**
 * Makes sure that every unproduced chunk of a run has a job that is still to come: one that Redis lost is added again,
 * one that has ended without the ledger knowing of it gets a successor.
 */
export async function ensureChunkJobs(
  db: Queryable,
  queues: Queues,
  runId: string,
  requested: number | null = null,
): Promise<void> {
  const chunks = await listUnproducedChunks(db, runId);
  const states = await findChunkJobStates(queues, chunks);
  await addChunkJobs(queues, await withoutJob(db, chunks, states), requested);
}

/**
 * The same for the chunks of cancelled runs that are half made; but one whose job has failed for good stays as it is, since
 * its run cannot end by that any more, and would be tried for ever.
 */
export async function ensureHalfMadeJobs(db: Queryable, queues: Queues, limit: number): Promise<void> {
  const halfMade = await listHalfMadeChunks(db, limit);
  const states = await findChunkJobStates(
    queues,
    halfMade.map(({ chunk }) => chunk),
  );
  for (const { chunk, requested } of halfMade) {
    if (states.get(chunkJobId(chunk)) === "failed") continue;
    await addChunkJobs(queues, await withoutJob(db, [chunk], states), requested);
  }
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

/** Those chunks that need a job, as it is to be. Few jobs end without their chunk being produced, and BullMQ keeps no more than 2,000 of them. */
async function withoutJob(
  db: Queryable,
  chunks: readonly Chunk[],
  states: ReadonlyMap<string, JobState>,
): Promise<readonly Chunk[]> {
  const needing: Chunk[] = [];
  for (const chunk of chunks) {
    const state = states.get(chunkJobId(chunk));
    if (state === "missing") needing.push(chunk);
    if (state === "completed" || state === "failed") {
      await supersedeChunk(db, chunk);
      needing.push({ ...chunk, generation: chunk.generation + 1 });
    }
  }
  return needing;
}

/** Takes a run's waiting chunk jobs out of the queue; those in a worker's hands go on to the chunk's end. */
export async function removeChunkJobs(db: Queryable, queues: Queues, runId: string): Promise<void> {
  for (const [queue, own] of byQueue(queues, await listUnproducedChunks(db, runId))) {
    for (const slice of slicesOf(own)) {
      await Promise.all(slice.map((chunk) => queue.remove(chunkJobId(chunk))));
    }
  }
}

const byQueue = (queues: Queues, chunks: readonly Chunk[]) =>
  [queues.chunks, queues.pacedChunks].map(
    (queue) => [queue, chunks.filter((chunk) => queueOf(queues, chunk) === queue)] as const,
  );
