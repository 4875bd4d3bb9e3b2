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
import { describeRun } from "./describe-run.ts";
import { followRun } from "./follow-run.ts";
import { parseNames, parseOptions, parseWholeNumber } from "./parse-options.ts";
import { balances, type Run } from "./run.ts";
import { formatCount } from "./run-progress.ts";
import { webClient } from "./web-client.ts";

const usage = `Usage: npm run demo -- [options]

Installs whatever is missing, starts the stack (or uses the one that runs), sends records through the
whole path, and prints the run's ledger. With Airflow, its DAG asks for the records, checks the ledger
and aggregates the statistics. The stack stays up until Ctrl-C.

  --count N       how many records (default 100,000)
  --exit          stop everything afterwards; exit code 0 only where the ledger balances and, with
                  Airflow, the DAG run has succeeded
  --workers N     processes that generate records (default 1)
  --consumers N   processes that store them (default 1)
  --with NAMES    what else to start, separated by commas: ${additionNames.join(", ")}`;

const options = parseOptions(
  process.argv.slice(2),
  {
    count: { type: "string", default: "100000" },
    exit: { type: "boolean", default: false },
    workers: { type: "string", default: "1" },
    consumers: { type: "string", default: "1" },
    with: { type: "string", default: "" },
    help: { type: "boolean", short: "h", default: false },
  },
  usage,
);

/** Where the demo's stack is; without AIRFLOW_URL it asks for its run itself. */
type DemoUrls = { readonly WEB_URL: string; readonly AIRFLOW_URL?: string };

if (options.help) console.log(usage);
else process.exitCode = await demo();

async function demo(): Promise<number> {
  const count = parseWholeNumber("count", options.count);
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
      return await (urls.AIRFLOW_URL === undefined
        ? showRun(urls.WEB_URL, count, interrupt)
        : showDagRun(urls.WEB_URL, await airflowClient(urls.AIRFLOW_URL, login), count, interrupt));
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
  const { WEB_URL, AIRFLOW_URL } = running;
  const isByDag = AIRFLOW_URL !== undefined && there.includes("airflow");
  return show({ WEB_URL, ...(isByDag && { AIRFLOW_URL }) }, catchInterrupt());
}

/** Sends a run through and prints its ledger. Returns 0 only where it completed and balances. */
async function showRun(webUrl: string, count: number, interrupt: AbortSignal): Promise<number> {
  const client = webClient(webUrl, readWebAccess().credentials);
  say(`Sending ${formatCount(count)} records through BullMQ, Kafka and PostgreSQL …\n`);
  const run = await client.requestRun({ count });
  const last = await followRun(client, run, interrupt, process.stdout);
  console.log(`\n${describeRun(last, client.url)}`);
  return isWhole(last) ? 0 : 1;
}

/** The same by Airflow's DAG. Returns 0 only where the DAG run has succeeded, too. */
async function showDagRun(
  webUrl: string,
  airflow: AirflowClient,
  count: number,
  interrupt: AbortSignal,
): Promise<number> {
  const client = webClient(webUrl, readWebAccess().credentials);
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
