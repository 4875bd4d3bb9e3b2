import { useStackEnvironment } from "../stack/env-file.ts";
import { ExplainedError } from "../stack/explained-error.ts";
import { catchInterrupt } from "../stack/interrupt.ts";
import { say } from "../stack/say.ts";
import { readWebAccess } from "../stack/settings.ts";
import { describeRun } from "./describe-run.ts";
import { followRun } from "./follow-run.ts";
import { parseOptions, parseWholeNumber } from "./parse-options.ts";
import { hasSucceeded, isOver, type Run } from "./run.ts";
import { type RunRequest, type WebClient, webClient } from "./web-client.ts";

const usage = `Usage: npm run generate -- --count N [options]

Asks a running stack for N synthetic users, shows the run's progress and prints its ledger.

  --count N             how many records
  --fields a,b,…        only these fields (default: all)
  --seed S              the same seed and reference date give the same records
  --reference-date D    the moment, in ISO 8601, that dates are reckoned from
  --chunk-size N        records of a chunk
  --idempotency-key K   the same key and request always mean the same run
  --no-wait             do not wait for the run's end
  --json                print the run as JSON
  --url U               address of the web service (default: the running stack's)

Exit code 0: the run has completed (with --no-wait: it was accepted). 1: it has not. 2: wrong usage.`;

const options = parseOptions(
  process.argv.slice(2),
  {
    count: { type: "string" },
    fields: { type: "string" },
    seed: { type: "string" },
    "reference-date": { type: "string" },
    "chunk-size": { type: "string" },
    "idempotency-key": { type: "string" },
    "no-wait": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    url: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
  usage,
);

if (options.help) console.log(usage);
else process.exitCode = await generate();

async function generate(): Promise<number> {
  const request = readRequest();
  if (options.url === undefined) useStackEnvironment("WEB_URL");
  const access = readWebAccess();
  const client = webClient(options.url ?? access.url, access.credentials);

  const run = await client.requestRun(request, options["idempotency-key"]);
  if (options["no-wait"]) {
    console.log(
      options.json ? JSON.stringify(run) : `Run ${run.id} is ${run.status}: ${client.url}/runs/${run.id}`,
    );
    return 0;
  }
  const last = await watch(client, run);
  if (!last) return 130;
  console.log(options.json ? JSON.stringify(last) : `\n${describeRun(last, client.url)}`);
  return hasSucceeded(last) ? 0 : 1;
}

function readRequest(): RunRequest {
  if (options.count === undefined)
    throw new ExplainedError(`--count is missing.\n\n${usage}`, { exitCode: 2 });
  const seed = options.seed;
  const chunkSize = options["chunk-size"];
  const referenceDate = options["reference-date"];
  return {
    count: parseWholeNumber("count", options.count),
    ...(options.fields === undefined
      ? {}
      : { fields: options.fields.split(",").map((field) => field.trim()) }),
    ...(seed === undefined ? {} : { seed: parseWholeNumber("seed", seed, { lowest: 0 }) }),
    ...(referenceDate === undefined ? {} : { referenceDate }),
    ...(chunkSize === undefined ? {} : { chunkSize: parseWholeNumber("chunk-size", chunkSize) }),
  };
}

/** The run's last state; undefined where a Ctrl-C ended the watching. */
async function watch(client: WebClient, run: Run): Promise<Run | undefined> {
  // Standard output is for the result where a program reads it.
  const last = await followRun(client, run, catchInterrupt(), options.json ? process.stderr : process.stdout);
  if (isOver(last)) return last;
  say(`\nThe run goes on without you: ${client.url}/runs/${run.id}`);
  say(`Cancel it with: curl -X POST ${client.url}/api/runs/${run.id}/cancel`);
  return undefined;
}
