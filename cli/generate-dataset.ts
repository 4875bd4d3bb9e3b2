import { catchInterrupt } from "../stack/interrupt.ts";
import { say } from "../stack/say.ts";
import { describeRun } from "./describe-run.ts";
import { followDataset } from "./follow-dataset.ts";
import { readText } from "./read-text.ts";
import { reportProblems } from "./report-problems.ts";
import { hasSucceeded, isOver } from "./run.ts";
import type { DatasetOptions, WebClient } from "./web-client.ts";

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
  const last = await followDataset(
    client,
    answer,
    catchInterrupt(),
    isJson ? process.stderr : process.stdout,
  );
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
