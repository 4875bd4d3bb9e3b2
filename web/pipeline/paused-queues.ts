import { isTerminal, type Run } from "../../ledger/runs/run.ts";
import {
  chunkQueueName,
  pacedChunkQueueName,
  type Queues,
  runJobId,
  runQueueName,
} from "../../queues/queues.ts";
import { withDeadline } from "../http/deadline.ts";

const standstills: Readonly<Record<string, string>> = {
  [runQueueName]: "The queue of runs is paused in Bull Board: no run is taken up until it is resumed.",
  [chunkQueueName]: "The queue of chunks is paused in Bull Board: nothing is generated until it is resumed.",
  [pacedChunkQueueName]:
    "The queue of paced chunks is paused in Bull Board: runs with a rate generate nothing until it is resumed.",
};

/** What stands still while a queue is paused, as a sentence. */
export const describePause = (queue: string): string =>
  standstills[queue] ?? `The queue ${queue} is paused in Bull Board.`;

const timeoutMs = 500;

/**
 * Names of the paused queues for which a run stands still. They are a comment to the ledger, as the run's tries are: without Redis
 * there are none.
 */
export async function findPausedQueues(
  queues: Queues,
  isRedisReady: () => boolean,
  run: Run,
): Promise<readonly string[]> {
  if (isTerminal(run.status) || run.status === "paused" || !isRedisReady()) return [];
  const isAllProduced = run.requested !== null && run.produced >= run.requested;
  const ofChunks = run.pace === null ? queues.chunks : queues.pacedChunks;
  try {
    const looking = Promise.all([
      queues.runs.isPaused(),
      // One that a worker conducts is not held up.
      queues.runs.getJobState(runJobId(run.id)),
      ofChunks.isPaused(),
    ]);
    const [areRunsPaused, jobState, areChunksPaused] = await withDeadline(
      looking,
      timeoutMs,
      "Redis's answer",
    );
    return [
      ...(areRunsPaused && jobState !== "active" ? [queues.runs.name] : []),
      ...(areChunksPaused && !isAllProduced ? [ofChunks.name] : []),
    ];
  } catch {
    return [];
  }
}
