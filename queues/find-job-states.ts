import type { Queue } from "bullmq";
import type { Queues } from "./queues.ts";
import { slicesOf } from "./slices.ts";

/** `coming`: a worker has it, or will take it without anybody's doing. */
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
      else states.set(id, delayed[at] ? "delayed" : "coming");
    });
  }
  return states;
}
