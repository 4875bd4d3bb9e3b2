import type { Run } from "../../../ledger/runs/run.ts";
import { enqueueRun } from "../../../queues/enqueue-run.ts";
import type { Queues } from "../../../queues/queues.ts";
import type { Logger } from "../../../service/log.ts";
import { withDeadline } from "../../http/deadline.ts";

/** Adds a run's job where Redis can be reached; never rejects, since the workers' reconciler makes up for it. */
export type Enqueue = (run: Run) => Promise<void>;

export function createEnqueue(
  queues: Queues,
  isRedisReady: () => boolean,
  timeoutMs: number,
  log: Logger,
): Enqueue {
  return async (run) => {
    try {
      // BullMQ would wait for the connection, however long that takes.
      if (!isRedisReady()) throw new Error("Redis is not connected");
      await withDeadline(enqueueRun(queues, run), timeoutMs, "Redis's answer");
    } catch (error) {
      log.warn({ err: error, runId: run.id }, "run not enqueued yet, the reconciler will");
    }
  };
}
