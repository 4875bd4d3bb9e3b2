import { listUnproducedChunks, supersedeChunk } from "../ledger/chunks.ts";
import type { Queryable } from "../ledger/database.ts";
import type { Chunk } from "../ledger/plan-window.ts";
import { chunkJobId, chunkJobName, chunkPriority, type Queues } from "./queues.ts";

/**
 * Adds the jobs of a run's chunks; one whose job is there already is left alone.
 * @param requested records of the run, for the jobs' names; null where that is not known
 */
export async function addChunkJobs(
  queues: Queues,
  chunks: readonly Chunk[],
  requested: number | null = null,
): Promise<void> {
  if (chunks.length === 0) return;
  await queues.chunks.addBulk(
    chunks.map((chunk) => ({
      name: chunkJobName(chunk, requested),
      data: chunk,
      opts: { jobId: chunkJobId(chunk), priority: chunkPriority(chunk) },
    })),
  );
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
  const missing: Chunk[] = [];
  for (const chunk of await listUnproducedChunks(db, runId)) {
    const state = await queues.chunks.getJobState(chunkJobId(chunk));
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
  for (const chunk of await listUnproducedChunks(db, runId)) await queues.chunks.remove(chunkJobId(chunk));
}
