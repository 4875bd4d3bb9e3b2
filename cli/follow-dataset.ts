import { setTimeout as pause } from "node:timers/promises";
import { isOver, type Run } from "./run.ts";
import { showRunProgress } from "./run-progress.ts";
import { Unreachable } from "./watch-run.ts";
import type { Dataset, WebClient } from "./web-client.ts";

const pollMs = 500;
/** How long a web service that cannot be reached meanwhile is asked again: it may just be restarting. */
const outageMs = 60_000;

/** Shows the progress of all runs together until all are over, or until the interrupt. @returns the last known state */
export async function followDataset(
  client: WebClient,
  dataset: Dataset,
  interrupt: AbortSignal,
  output: NodeJS.WriteStream,
): Promise<Dataset> {
  const progress = showRunProgress(together(dataset), output);
  let last = dataset;
  let deadline = Date.now() + outageMs;
  try {
    while (!last.runs.every(isOver)) {
      await pause(pollMs, undefined, { signal: interrupt });
      try {
        last = await client.getDataset(dataset.id);
        deadline = Date.now() + outageMs;
      } catch (error) {
        if (!(error instanceof Unreachable) || Date.now() > deadline) throw error;
      }
      progress.update(together(last));
    }
  } catch (error) {
    if (!interrupt.aborted) throw error;
  } finally {
    progress.end();
  }
  return last;
}

/** All runs as if they were one. */
export function together({ id, status, createdAt, runs }: Dataset): Run {
  const sum = (count: (run: Run) => number): number => runs.reduce((total, run) => total + count(run), 0);
  const isEndless = runs.some(({ requested }) => requested === null);
  const ends = runs.map(({ finishedAt }) => finishedAt ?? "");
  return {
    id,
    status,
    requested: isEndless ? null : sum(({ requested }) => requested ?? 0),
    produced: sum(({ produced }) => produced),
    stored: sum(({ stored }) => stored),
    flagged: sum(({ flagged }) => flagged),
    deadLettered: sum(({ deadLettered }) => deadLettered),
    rate: isEndless ? sum(({ rate }) => rate ?? 0) : null,
    createdAt,
    finishedAt: ends.includes("") ? null : (ends.sort().at(-1) ?? null),
    error: null,
  };
}
