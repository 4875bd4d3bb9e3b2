import type { Queue } from "bullmq";
import type { Queues } from "./queues.ts";
import { longestSleepMs } from "./sleeping-runs.ts";
import { slicesOf } from "./slices.ts";

/** `coming`: a worker has it, or will take it within a minute without anybody's doing. `delayed`: for longer, as of a paused run. */
export type JobState = "missing" | "coming" | "delayed" | "completed" | "failed";

/**
 * Where jobs stand, with four commands for each thousand of them. BullMQ's own `getJobState` takes one command a job, which goes through
 * its lists.
 */
export async function findJobStates(
  { redis }: Queues,
  queue: Queue,
  ids: readonly string[],
): Promise<ReadonlyMap<string, JobState>> {
  const states = new Map<string, JobState>();
  for (const slice of slicesOf(ids)) {
    const keys = slice.map((id) => queue.toKey(id));
    const scoresIn = (set: string) => redis.zmscore(queue.toKey(set), ...slice);
    const [completed, failed, delayed, present] = await Promise.all([
      scoresIn("completed"),
      scoresIn("failed"),
      scoresIn("delayed"),
      redis.exists(...keys),
    ]);
    // One by one only where some are missing, which is seldom: `EXISTS` counts.
    const areThere =
      present === keys.length ? keys.map(() => 1) : await Promise.all(keys.map((key) => redis.exists(key)));
    slice.forEach((id, at) => {
      if (areThere[at] === 0) states.set(id, "missing");
      else if (completed[at]) states.set(id, "completed");
      else if (failed[at]) states.set(id, "failed");
      else states.set(id, isFar(delayed[at]) ? "delayed" : "coming");
    });
  }
  return states;
}

/** BullMQ's score of a delayed job is the time at which it is due, in milliseconds, times 0x1000. */
const isFar = (score: string | null | undefined): boolean =>
  score != null && Number(score) / 0x1000 > Date.now() + longestSleepMs;
