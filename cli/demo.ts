import { readEnvFile } from "../stack/env-file.ts";
import { ExplainedError } from "../stack/explained-error.ts";
import { hostStack } from "../stack/host-stack.ts";
import { catchInterrupt } from "../stack/interrupt.ts";
import { describeAdditions } from "../stack/print-urls.ts";
import { say } from "../stack/say.ts";
import {
  additionNames,
  additions,
  readLogin,
  readSettings,
  readWebAccess,
  stackDirectory,
} from "../stack/settings.ts";
import { type AirflowClient, airflowClient } from "./airflow-client.ts";
import { describeDagRun, triggerDag, untilDagRunIsOver, untilRunIsThere } from "./dag-run.ts";
import { demoNames, openDemoDataset, parseScale } from "./demo-request.ts";
import { describeRun } from "./describe-run.ts";
import { followRun } from "./follow-run.ts";
import { parseNames, parseOptions, parseWholeNumber } from "./parse-options.ts";
import { balances, type Run } from "./run.ts";
import { formatCount } from "./run-progress.ts";
import { showDataset } from "./show-dataset.ts";
import { type WebClient, webClient } from "./web-client.ts";

const usage = `Usage: npm run demo -- [options]

Installs whatever is missing, starts the stack (or uses the one that runs), sends records through the
whole path, and prints the run's ledger. With Airflow, its DAG asks for the records, checks the ledger
and aggregates the statistics. The stack stays up until Ctrl-C.

  --count N       how many records (default 100,000)
  --dataset NAME  in place of users, records that belong together: ${demoNames.join(" or ")}, which have a dashboard
                  of their own, or a file of definitions; its rows are then compared with one another
  --scale N       of a dataset: multiplies how many records there are
  --exit          stop everything afterwards; exit code 0 only where the ledger balances and, with
                  Airflow, the DAG run has succeeded
  --workers N     processes that generate records (default 1)
  --consumers N   processes that store them (default 1)
  --with NAMES    what else to start, separated by commas: ${additionNames.join(", ")}`;

const options = parseOptions(
  process.argv.slice(2),
  {
    count: { type: "string" },
    dataset: { type: "string" },
    scale: { type: "string" },
    exit: { type: "boolean", default: false },
    workers: { type: "string", default: "1" },
    consumers: { type: "string", default: "1" },
    with: { type: "string", default: "" },
    help: { type: "boolean", short: "h", default: false },
  },
  usage,
);

/** Where the demo's stack is; without AIRFLOW_URL it asks for its records itself. */
type DemoUrls = { readonly WEB_URL: string; readonly AIRFLOW_URL?: string; readonly SUPERSET_URL?: string };

if (options.help) console.log(usage);
else process.exitCode = await demo();

async function demo(): Promise<number> {
  if (options.dataset === undefined && options.scale !== undefined)
    throw new ExplainedError("--scale is for a dataset: --dataset NAME.", { exitCode: 2 });
  if (options.dataset !== undefined && options.count !== undefined)
    throw new ExplainedError("A dataset takes no --count; --scale multiplies those that it has.", {
      exitCode: 2,
    });
  const count = parseWholeNumber("count", options.count ?? "100000");
  const dataset =
    options.dataset === undefined
      ? null
      : openDemoDataset(options.dataset, parseScale(options.scale ?? "1"), Date.now());
  const settings = {
    ...readSettings(),
    workers: parseWholeNumber("workers", options.workers, { highest: 64 }),
    consumers: parseWholeNumber("consumers", options.consumers, { highest: 64 }),
    additions: parseNames("with", options.with, additionNames),
  };
  const login = readLogin(settings.environment, "airflow");

  /** Returns the exit code. What is wrong may be for the person to mend in a stack that stays up, such as a paused DAG. */
  async function show(urls: DemoUrls, interrupt: AbortSignal): Promise<number> {
    try {
      const client = webClient(urls.WEB_URL, readWebAccess().credentials);
      const airflow = urls.AIRFLOW_URL === undefined ? null : await airflowClient(urls.AIRFLOW_URL, login);
      if (dataset !== null) {
        const supersetUrl = urls.SUPERSET_URL ?? null;
        return await showDataset(dataset, { client, airflow, supersetUrl, interrupt });
      }
      return await (airflow === null
        ? showRun(client, count, interrupt)
        : showDagRun(client, airflow, count, interrupt));
    } catch (error) {
      if (interrupt.aborted) return 1;
      if (!(error instanceof ExplainedError)) throw error;
      say(`\n${error.message}`);
      return error.exitCode;
    }
  }

  const running = readEnvFile(stackDirectory());
  if (running?.WEB_URL === undefined) {
    return hostStack(settings, async (urls, interrupt) => {
      const exitCode = await show(urls, interrupt);
      if (!options.exit && !interrupt.aborted) say("\nThe stack stays up until Ctrl-C.");
      return { exitCode, stayUp: !options.exit };
    });
  }
  say(`Using the stack that runs at ${running.WEB_URL}; it goes on afterwards.`);
  const there = settings.additions.filter((name) => running[additions[name].urlVariable] !== undefined);
  for (const name of settings.additions) {
    if (there.includes(name)) continue;
    say(`It runs without ${additions[name].label}; npm run stop, and start it --with ${name}.`);
  }
  const rows = Object.entries(describeAdditions(running, { ...settings, additions: there }));
  for (const [label, text] of rows) say(`${label}: ${text}`);
  const { WEB_URL, AIRFLOW_URL, SUPERSET_URL } = running;
  const isByDag = AIRFLOW_URL !== undefined && there.includes("airflow");
  return show(
    { WEB_URL, ...(isByDag && { AIRFLOW_URL }), ...(SUPERSET_URL !== undefined && { SUPERSET_URL }) },
    catchInterrupt(),
  );
}

/** Sends a run through and prints its ledger. Returns 0 only where it completed and balances. */
async function showRun(client: WebClient, count: number, interrupt: AbortSignal): Promise<number> {
  say(`Sending ${formatCount(count)} records through BullMQ, Kafka and PostgreSQL …\n`);
  const run = await client.requestRun({ count });
  const last = await followRun(client, run, interrupt, process.stdout);
  console.log(`\n${describeRun(last, client.url)}`);
  return isWhole(last) ? 0 : 1;
}

/** The same by Airflow's DAG. Returns 0 only where the DAG run has succeeded, too. */
async function showDagRun(
  client: WebClient,
  airflow: AirflowClient,
  count: number,
  interrupt: AbortSignal,
): Promise<number> {
  say(`Sending ${formatCount(count)} records through Airflow, BullMQ, Kafka and PostgreSQL …\n`);
  const dagRun = await triggerDag(airflow, { conf: { count } }, interrupt);
  const run = await client.getRun(await untilRunIsThere(airflow, dagRun, interrupt));
  const last = await followRun(client, run, interrupt, process.stdout);
  say("\nAirflow checks the ledger and aggregates users_stats …");
  const ended = await untilDagRunIsOver(airflow, dagRun, interrupt).finally(() =>
    console.log(`\n${describeRun(last, client.url)}`),
  );
  console.log(`  ${"DAG run".padEnd(15)}${await describeDagRun(airflow, dagRun)}`);
  return isWhole(last) && ended.state === "success" ? 0 : 1;
}

function isWhole(run: Run): boolean {
  return run.status === "completed" && balances(run);
}
