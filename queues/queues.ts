import { type JobsOptions, Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { Chunk } from "../ledger/plan-window.ts";
import type { Run } from "../ledger/run.ts";

export const runQueueName = "runs";
export const chunkQueueName = "chunks";

/** A run's job carries what a person wants to read in Bull Board; the truth stands in the ledger. */
export interface RunJobData {
  readonly runId: string;
  /** null: without an end. */
  readonly count: number | null;
  readonly fields: readonly string[];
  readonly seed: number;
}

export type ChunkJobData = Chunk;

export interface Queues {
  readonly runs: Queue<RunJobData>;
  readonly chunks: Queue<ChunkJobData>;
  readonly close: () => Promise<void>;
}

/**
 * Jobs never fail for good by themselves: the ledger says whether a run has ended, and a job whose run has not
 * ended is tried again. A worker killed in the middle makes its jobs stall, not fail.
 */
const persistent: JobsOptions = {
  attempts: 1_000_000,
  // Resolved by the workers' backoffStrategy.
  backoff: { type: "capped" },
};

/** Milliseconds before the next attempt: doubling from 250 ms to 10 s, spread by a third. */
export function retryDelayMs(attemptsMade: number): number {
  const fullMs = Math.min(250 * 2 ** Math.min(attemptsMade - 1, 10), 10_000);
  return Math.round(fullMs * (1 - Math.random() / 3));
}

/** Opens the queues for adding and looking; `connection` stays the caller's. */
export function openQueues(connection: Redis, prefix: string, onError: (error: Error) => void): Queues {
  const runs = new Queue<RunJobData>(runQueueName, {
    connection,
    prefix,
    defaultJobOptions: { ...persistent, removeOnComplete: { count: 1_000 }, removeOnFail: { count: 1_000 } },
  });
  const chunks = new Queue<ChunkJobData>(chunkQueueName, {
    connection,
    prefix,
    defaultJobOptions: { ...persistent, removeOnComplete: { count: 1_000 }, removeOnFail: { count: 1_000 } },
  });
  runs.on("error", onError);
  chunks.on("error", onError);
  return {
    runs,
    chunks,
    close: async () => {
      await Promise.all([runs.close(), chunks.close()]);
    },
  };
}

/** A job id may not hold a colon; a run's id has none. */
export const runJobId = (runId: string): string => runId;

export const chunkJobId = (chunk: Chunk): string => `${chunk.runId}-${chunk.index}-${chunk.generation}`;

/** What Bull Board shows as the run job's name. */
export function runJobName(run: Run): string {
  const count = run.requested === null ? "endless" : run.requested.toLocaleString("en");
  const pace = run.pace === null ? "" : ` at ${run.pace.rate.toLocaleString("en")} /s`;
  return `${count} ${run.recordType.name}s${pace}`;
}

/** What Bull Board shows as the chunk job's name: which records of which run. */
export function chunkJobName(chunk: Chunk): string {
  return `${chunk.runId} #${chunk.index}: ${chunk.firstSeq}–${chunk.endSeq - 1}`;
}

/** BullMQ's greatest priority number; 1 is the most urgent. https://docs.bullmq.io/guide/jobs/prioritized */
const leastUrgent = 2_097_152;

/**
 * Least attained service first: the later a chunk stands in its run, the longer it waits. A small run sent beside a
 * huge one is through while the huge one is at its thousandth chunk, and two runs of the same size alternate.
 */
export function chunkPriority(chunk: Chunk): number {
  return Math.min(chunk.index + 1, leastUrgent);
}
