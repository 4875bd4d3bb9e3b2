import { readEnvFile } from "../stack/env-file.ts";
import { hostStack } from "../stack/host-stack.ts";
import { catchInterrupt } from "../stack/interrupt.ts";
import { say } from "../stack/say.ts";
import { additionNames, additions, readSettings, readWebAccess, stackDirectory } from "../stack/settings.ts";
import { describeRun } from "./describe-run.ts";
import { followRun } from "./follow-run.ts";
import { parseNames, parseOptions, parseWholeNumber } from "./parse-options.ts";
import { balances } from "./run.ts";
import { formatCount } from "./run-progress.ts";
import { webClient } from "./web-client.ts";

const usage = `Usage: npm run demo -- [options]

Installs whatever is missing, starts the stack (or uses the one that runs), sends records through the
whole path, and prints the run's ledger. The stack stays up until Ctrl-C.

  --count N       how many records (default 100,000)
  --exit          stop everything afterwards; exit code 0 only where the ledger balances
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
  const runningStack = readEnvFile(stackDirectory());
  const running = runningStack?.WEB_URL;
  if (running === undefined) {
    return hostStack(settings, async ({ WEB_URL }, interrupt) => {
      const exitCode = await showOneRun(WEB_URL, count, interrupt);
      if (!options.exit && !interrupt.aborted) say("\nThe stack stays up until Ctrl-C.");
      return { exitCode, stayUp: !options.exit };
    });
  }
  say(`Using the stack that runs at ${running}; it goes on afterwards.`);
  for (const name of settings.additions) {
    const { label, urlVariable } = additions[name];
    const url = runningStack?.[urlVariable];
    say(url ? `${label}: ${url}` : `It runs without ${label}; npm run stop, and start it --with ${name}.`);
  }
  return showOneRun(running, count, catchInterrupt());
}

/** Sends a run through and prints its ledger. Returns 0 only where it completed and balances. */
async function showOneRun(webUrl: string, count: number, interrupt: AbortSignal): Promise<number> {
  const client = webClient(webUrl, readWebAccess().credentials);
  say(`Sending ${formatCount(count)} records through BullMQ, Kafka and PostgreSQL …\n`);
  const run = await client.requestRun({ count });
  const last = await followRun(client, run, interrupt, process.stdout);
  console.log(`\n${describeRun(last, client.url)}`);
  return last.status === "completed" && balances(last) ? 0 : 1;
}
