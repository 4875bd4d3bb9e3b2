import { listHalfMadeChunks, listUnproducedChunks, supersedeChunk } from "../ledger/chunks.ts";
import type { Queryable } from "../ledger/database.ts";
import type { Chunk } from "../ledger/plan-window.ts";
import { chunkJobId, chunkJobName, chunkPriority, type Queues, queueOf } from "./queues.ts";

/**
 * Adds the jobs of a run's chunks; one whose job is there already is left alone.
 * @param requested records of the run, for the jobs' names; null where that is not known, or there is no end
 */
export async function addChunkJobs(
  queues: Queues,
  chunks: readonly Chunk[],
  requested: number | null = null,
): Promise<void> {
  const jobs = chunks.map((chunk) => ({
    name: chunkJobName(chunk, requested),
    data: chunk,
    // Paced ones are made in the order in which they were planned, which is that of their times.
    opts: { jobId: chunkJobId(chunk), ...(chunk.paced ? {} : { priority: chunkPriority(chunk) }) },
  }));
  for (const queue of [queues.chunks, queues.pacedChunks]) {
    const own = jobs.filter(({ data }) => queueOf(queues, data) === queue);
    if (own.length > 0) await queue.addBulk(own);
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
  await ensureJobs(db, queues, await listUnproducedChunks(db, runId), requested);
}

/**
 * The same for the chunks of cancelled runs that are half made; but one whose job has failed for good stays as it is, since
 * its run cannot end by that any more, and would be tried for ever.
 */
export async function ensureHalfMadeJobs(db: Queryable, queues: Queues, limit: number): Promise<void> {
  for (const { chunk, requested } of await listHalfMadeChunks(db, limit)) {
    if ((await queueOf(queues, chunk).getJobState(chunkJobId(chunk))) === "failed") continue;
    await ensureJobs(db, queues, [chunk], requested);
  }
}

async function ensureJobs(
  db: Queryable,
  queues: Queues,
  chunks: readonly Chunk[],
  requested: number | null,
): Promise<void> {
  const missing: Chunk[] = [];
  for (const chunk of chunks) {
    const state = await queueOf(queues, chunk).getJobState(chunkJobId(chunk));
    if (state === "unknown") missing.push(chunk);
    if (state === "completed" || state === "failed") {
      await supersedeChunk(db, chunk);
      missing.push({ ...chunk, generation: chunk.generation + 1 });
    }
  }
  await addChunkJobs(queues, missing, requested);
}

/** Takes a run's waiting chunk jobs out of the queue; those in a worker's hands go on to the chunk's end. */
export async function removeChunkJobs(db: Queryable, queues: Queues, runId: string): Promise<void> {
  for (const chunk of await listUnproducedChunks(db, runId)) {
    await queueOf(queues, chunk).remove(chunkJobId(chunk));
  }
}
