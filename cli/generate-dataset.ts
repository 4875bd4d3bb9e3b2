import { setTimeout as pause } from "node:timers/promises";
import { catchInterrupt } from "../stack/interrupt.ts";
import { say } from "../stack/say.ts";
import { describeRun } from "./describe-run.ts";
import { readText } from "./read-text.ts";
import { reportProblems } from "./report-problems.ts";
import { hasSucceeded, isOver, type Run } from "./run.ts";
import { showRunProgress } from "./run-progress.ts";
import { Unreachable } from "./watch-run.ts";
import type { Dataset, DatasetOptions, WebClient } from "./web-client.ts";

const pollMs = 500;
/** How long a web service that cannot be reached meanwhile is asked again: it may just be restarting. */
const outageMs = 60_000;

export interface DatasetFlags {
  readonly file: string;
  readonly options: DatasetOptions;
  readonly idempotencyKey: string | undefined;
  readonly waits: boolean;
  readonly isJson: boolean;
}

/** Registers a file's types, starts a dataset of them and shows how far it is. @returns the command's exit code */
export async function generateDataset(client: WebClient, flags: DatasetFlags): Promise<number> {
  const { file, options, idempotencyKey, isJson } = flags;
  const answer = await client.requestDataset(readText(file), options, idempotencyKey);
  if ("problems" in answer) {
    reportProblems(file, answer.problems);
    return 1;
  }
  const page = `${client.url}/datasets/${answer.id}`;
  if (!flags.waits) {
    console.log(isJson ? JSON.stringify(answer) : `Dataset ${answer.id} is ${answer.status}: ${page}`);
    return 0;
  }
  const last = await follow(client, answer, isJson ? process.stderr : process.stdout);
  if (!last.runs.every(isOver)) {
    say(`\nThe dataset goes on without you: ${page}`);
    say(`Cancel it with: curl -X POST ${client.url}/api/datasets/${last.id}/cancel`);
    return 130;
  }
  if (isJson) console.log(JSON.stringify(last));
  else {
    for (const run of last.runs) console.log(`\n${run.type}\n${describeRun(run, client.url)}`);
    console.log(`\nDataset ${last.id} ${last.status}: ${page}`);
  }
  return last.runs.every(hasSucceeded) ? 0 : 1;
}

/** Shows the progress of all runs together until all are over, or until Ctrl-C. @returns the last known state */
async function follow(client: WebClient, dataset: Dataset, output: NodeJS.WriteStream): Promise<Dataset> {
  const interrupt = catchInterrupt();
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
function together({ id, status, createdAt, runs }: Dataset): Run {
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
