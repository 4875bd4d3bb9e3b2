import { DelayedError, type Job, WaitingError, type Worker } from "bullmq";
import { Counter, Histogram, type Registry } from "prom-client";

type Processor<Data, Result> = (job: Job<Data>, token?: string) => Promise<Result>;

export interface JobMetrics {
  /** A processor whose jobs are measured. */
  measure<Data, Result>(queue: string, process: Processor<Data, Result>): Processor<Data, Result>;
  /** Counts the jobs of which this worker finds that another one has died with them in its hands. */
  countStalled(queue: string, worker: Worker): void;
}

/** How long jobs take and how they end. */
export function createJobMetrics(registry: Registry): JobMetrics {
  const durations = new Histogram({
    name: "synthetic_job_duration_seconds",
    help: "Time that a job took: a turn of a run, or a chunk until Kafka had its records",
    labelNames: ["queue", "outcome"],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600, 14_400],
    registers: [registry],
  });
  const stalled = new Counter({
    name: "synthetic_jobs_stalled_total",
    help: "Jobs taken from a worker that had died or hung, by queue",
    labelNames: ["queue"],
    registers: [registry],
  });
  return {
    measure(queue, process) {
      return async (job, token) => {
        const startedMs = performance.now();
        const end = (outcome: string): void =>
          durations.observe({ queue, outcome }, (performance.now() - startedMs) / 1000);
        try {
          const result = await process(job, token);
          end("completed");
          return result;
        } catch (error) {
          // A run's job sleeps between two turns.
          end(error instanceof DelayedError || error instanceof WaitingError ? "put_back" : "failed");
          throw error;
        }
      };
    },
    countStalled(queue, worker) {
      stalled.inc({ queue }, 0);
      worker.on("stalled", () => stalled.inc({ queue }));
    },
  };
}
