import { useStackEnvironment } from "../stack/env-file.ts";
import { ExplainedError } from "../stack/explained-error.ts";
import { catchInterrupt } from "../stack/interrupt.ts";
import { say } from "../stack/say.ts";
import { readWebAccess } from "../stack/settings.ts";
import { builtInType } from "../types/built-in.ts";
import { describeRun } from "./describe-run.ts";
import { followRun } from "./follow-run.ts";
import { generateDataset } from "./generate-dataset.ts";
import { parseOptions } from "./parse-options.ts";
import { hasSucceeded, isOver, type Run } from "./run.ts";
import {
  describeFlag,
  describeRunFlags,
  type FlagOptions,
  type FlagValues,
  readDatasetOptions,
  readRunRequest,
  runFlags,
} from "./run-flags.ts";
import { type WebClient, webClient } from "./web-client.ts";

const usage = `Usage: npm run generate -- --count N [options]
       npm run generate -- --dataset FILE [--scale N] [--realtime] [--endless] [options]

Asks a running stack for N synthetic users, or records of a registered type, shows the run's progress and prints its ledger.

${describeFlag("--type NAME", `A registered type of records, which takes --count (by default its definition's), --seed, --reference-date, --faults (those that its fields allow), --rate, --shape and --chunk-size; ${builtInType.name} by default`)}
${describeRunFlags()}

${describeFlag("--dataset FILE", "Definitions of types that belong together, as YAML or JSON, - for standard input: registers them and starts a run of each, under one seed, with their own counts. Takes --scale, --realtime, --endless, --seed, --reference-date, --chunk-size and those below")}
${describeFlag("--scale N", "Of a dataset: multiplies the counts of its types. For example --scale 100")}
${describeFlag("--realtime", "Of a dataset: sends each reading of its time series when its instant comes, from now on where there is no --reference-date. With --endless: until it is cancelled")}

${describeFlag("--idempotency-key KEY", "The same key and request always mean the same run")}
${describeFlag("--no-wait", "Does not wait for the run's end")}
${describeFlag("--json", "Prints the run as JSON")}
${describeFlag("--url URL", "Address of the web service; the running stack's by default")}

Exit code 0: the run has completed (with --no-wait: it was accepted). 1: it has not. 2: wrong usage.`;

const ownOptions = {
  type: { type: "string" },
  dataset: { type: "string" },
  scale: { type: "string" },
  realtime: { type: "boolean" },
  "idempotency-key": { type: "string" },
  "no-wait": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  url: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} satisfies FlagOptions;

const flags: FlagValues = parseOptions<FlagOptions>(
  process.argv.slice(2),
  { ...runFlags(), ...ownOptions },
  "npm run generate -- --help tells all options.",
);
const url = textOf(flags.url);
const isJson = flags.json === true;

if (flags.help === true) console.log(usage);
else process.exitCode = await generate();

async function generate(): Promise<number> {
  const idempotencyKey = textOf(flags["idempotency-key"]);
  const file = textOf(flags.dataset);
  if (file !== undefined) {
    const options = readDatasetOptions(flags, Object.keys(ownOptions));
    const waits = flags["no-wait"] !== true;
    return generateDataset(openClient(), { file, options, idempotencyKey, waits, isJson });
  }
  const ofDatasets = ["scale", "realtime"].find((flag) => flags[flag] !== undefined);
  if (ofDatasets !== undefined)
    throw new ExplainedError(`--${ofDatasets} is for a dataset: --dataset FILE.`, { exitCode: 2 });
  const request = readRunRequest(flags, textOf(flags.type));
  const client = openClient();
  const run = await client.requestRun(request, idempotencyKey);
  if (flags["no-wait"] === true) {
    console.log(
      isJson ? JSON.stringify(run) : `Run ${run.id} is ${run.status}: ${client.url}/runs/${run.id}`,
    );
    return 0;
  }
  const last = await watch(client, run);
  if (!last) return 130;
  console.log(isJson ? JSON.stringify(last) : `\n${describeRun(last, client.url)}`);
  return hasSucceeded(last) ? 0 : 1;
}

function openClient(): WebClient {
  if (url === undefined) useStackEnvironment("WEB_URL");
  const access = readWebAccess();
  return webClient(url ?? access.url, access.credentials);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The run's last state; undefined where a Ctrl-C ended the watching. */
async function watch(client: WebClient, run: Run): Promise<Run | undefined> {
  // Standard output is for the result where a program reads it.
  const last = await followRun(client, run, catchInterrupt(), isJson ? process.stderr : process.stdout);
  if (isOver(last)) return last;
  say(`\nThe run goes on without you: ${client.url}/runs/${run.id}`);
  say(`Cancel it with: curl -X POST ${client.url}/api/runs/${run.id}/cancel`);
  return undefined;
}
