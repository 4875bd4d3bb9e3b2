import { type JobsOptions, Queue, type QueueOptions, type Telemetry } from "bullmq";
import type { Redis } from "ioredis";
import type { Chunk } from "../ledger/chunks/chunk.ts";
import { isRealtime, type Pace } from "../ledger/runs/pace.ts";
import type { Run } from "../ledger/runs/run.ts";

export const runQueueName = "runs";
export const chunkQueueName = "chunks";
/** Of the chunks whose records are due at a time each: their jobs wait most of their time, which must hold up no other. */
export const pacedChunkQueueName = "paced-chunks";

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
  /** The connection on which they are, for what BullMQ has no call for. */
  readonly redis: Redis;
  readonly runs: Queue<RunJobData>;
  readonly chunks: Queue<ChunkJobData>;
  readonly pacedChunks: Queue<ChunkJobData>;
  /** Each of them. */
  readonly all: readonly Queue[];
  readonly close: () => Promise<void>;
}

/**
 * Jobs of the ledger never fail for good by themselves: it says whether a run has ended, and a job whose run has not
 * ended is tried again. A worker killed in the middle makes its jobs stall, not fail.
 */
const persistent: JobsOptions = {
  attempts: 1_000_000,
  // Resolved by the workers' backoffStrategy.
  backoff: { type: "capped" },
};

/**
 * Milliseconds before the next attempt: doubling from 250 ms to 10 s, spread by a third. A run's job, which lives as long as its
 * run and counts all failures of its life, waits no longer than 1 s.
 */
export function retryDelayMs(attemptsMade: number, backoff?: string): number {
  const mostMs = backoff === "brief" ? 1_000 : 10_000;
  const fullMs = Math.min(250 * 2 ** Math.min(attemptsMade - 1, 10), mostMs);
  return Math.round(fullMs * (1 - Math.random() / 3));
}

/**
 * Opens the queues for adding and looking; `connection` stays the caller's.
 * @param telemetry makes spans, and lets jobs carry the one in which they were added
 */
export function openQueues(
  connection: Redis,
  prefix: string,
  onError: (error: Error) => void,
  telemetry?: Telemetry,
): Queues {
  const options: QueueOptions = {
    connection,
    prefix,
    defaultJobOptions: { ...persistent, removeOnComplete: { count: 1_000 }, removeOnFail: { count: 1_000 } },
    ...(telemetry === undefined ? {} : { telemetry }),
  };
  const runs = new Queue<RunJobData>(runQueueName, {
    ...options,
    defaultJobOptions: { ...options.defaultJobOptions, backoff: { type: "brief" } },
  });
  const chunks = new Queue<ChunkJobData>(chunkQueueName, options);
  const pacedChunks = new Queue<ChunkJobData>(pacedChunkQueueName, options);
  const all = [runs, chunks, pacedChunks];
  for (const queue of all) queue.on("error", onError);
  return {
    redis: connection,
    runs,
    chunks,
    pacedChunks,
    all,
    close: async () => {
      await Promise.all(all.map((queue) => queue.close()));
    },
  };
}

/** A job id may not hold a colon; a run's id has none. */
export const runJobId = (runId: string): string => runId;

export const chunkJobId = (chunk: Chunk): string => `${chunk.runId}-${chunk.index}-${chunk.generation}`;

/** The queue that a chunk's job is in. */
export const queueOf = (queues: Queues, chunk: Chunk): Queue<ChunkJobData> =>
  chunk.paced ? queues.pacedChunks : queues.chunks;

/** What Bull Board shows as the run job's name: `run 01a20c75-e067: 1,000,000 users`. */
export function runJobName(run: Run): string {
  const records = `${run.recordType.name}${run.requested === 1 ? "" : "s"}`;
  const what =
    run.requested === null ? `${records} without end` : `${run.requested.toLocaleString("en")} ${records}`;
  return `run ${shortRunId(run.id)}: ${what}${paceInWords(run.pace)}`;
}

function paceInWords(pace: Pace | null): string {
  if (pace === null) return "";
  return isRealtime(pace) ? " in real time" : ` at ${pace.rate.toLocaleString("en")} /s`;
}

/**
 * What Bull Board shows as the chunk job's name: `run 01a20c75-e067: chunk 12 of 100, records 55,000–59,999`.
 * @param requested records of its run, from which follows how many chunks there are; null where that is not known
 */
export function chunkJobName(chunk: Chunk, requested: number | null): string {
  const { index, firstSeq, endSeq } = chunk;
  const again = chunk.generation === 0 ? "" : `, queued for the ${ordinal(chunk.generation + 1)} time`;
  const number = (value: number): string => value.toLocaleString("en");
  const all = requested === null || chunk.paced ? "" : ` of ${number(countChunks(chunk, requested))}`;
  const records = `records ${number(firstSeq)}–${number(endSeq - 1)}`;
  return `run ${shortRunId(chunk.runId)}: chunk ${number(index + 1)}${all}, ${records}${again}`;
}

/** Only a run's last chunk may be smaller than its others. */
const countChunks = ({ index, firstSeq, endSeq }: Chunk, requested: number): number =>
  endSeq >= requested ? index + 1 : Math.ceil(requested / (endSeq - firstSeq));

/** The part of it that is the time in milliseconds: two runs hardly ever share it, other than the first digits. */
const shortRunId = (runId: string): string => runId.slice(0, 13);

function ordinal(number: number): string {
  const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
  return `${number}${endings[new Intl.PluralRules("en", { type: "ordinal" }).select(number)] ?? "th"}`;
}

/** BullMQ's greatest priority number; 1 is the most urgent. https://docs.bullmq.io/guide/jobs/prioritized */
const leastUrgent = 2_097_152;

/**
 * Least attained service first: the later in its run a chunk ends, in hundreds of records, the longer it waits. A small run goes
 * before the first chunks of huge ones that were there before it, and two runs of the same size alternate.
 */
export function chunkPriority({ endSeq }: Pick<Chunk, "endSeq">): number {
  return Math.min(Math.ceil(endSeq / 100), leastUrgent);
}
