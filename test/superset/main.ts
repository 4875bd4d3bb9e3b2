import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseOptions } from "../../cli/parse-options.ts";
import { openPool } from "../../ledger/database/database.ts";
import { findFreePorts } from "../../stack/free-ports.ts";
import { installSuperset } from "../../stack/install/superset.ts";
import { installTestTools } from "../../stack/install/tools.ts";
import { catchInterrupt } from "../../stack/interrupt.ts";
import { runStack } from "../../stack/run-stack.ts";
import { say } from "../../stack/say.ts";
import { readSettings } from "../../stack/settings.ts";
import { supersetEnvironment } from "../../stack/superset.ts";
import { runChecks } from "../compose/run-checks.ts";
import { supersetChecks } from "./checks.ts";
import { openDashboardPage } from "./dashboard-page.ts";
import { little, makeData, much } from "./make-data.ts";
import { sourceChecks } from "./source-checks.ts";
import { openSuperset } from "./superset-client.ts";

const usage = `Usage: npm run test:superset [-- --pictures FOLDER]

Starts a stack of its own with Superset in front of it, and checks the dashboard by REST and in a browser.`;

const options = parseOptions(
  process.argv.slice(2),
  { pictures: { type: "string" }, help: { type: "boolean", short: "h", default: false } },
  usage,
);

if (options.help) console.log(usage);
else await test(options.pictures === undefined ? null : path.resolve(options.pictures));

async function test(pictures: string | null): Promise<void> {
  const interrupt = catchInterrupt();
  const { chromium } = await installTestTools();
  const python = (await installSuperset())("python");
  if (pictures !== null) await mkdir(pictures, { recursive: true });
  const directory = await mkdtemp(path.join(tmpdir(), "superset-"));
  const [web = 0, postgres = 0, redis = 0, kafka = 0, kafkaController = 0, superset = 0] =
    await findFreePorts(6);
  const own = readSettings({ PATH: process.env.PATH, HOME: process.env.HOME });
  const settings = {
    ...own,
    directory,
    ports: { web, postgres, redis, kafka, kafkaController },
    additions: ["superset"] as const,
    additionPorts: { ...own.additionPorts, superset },
  };
  const stack = await runStack(settings, interrupt);
  let passed = false;
  try {
    const { WEB_URL, DATABASE_URL, SUPERSET_URL = "" } = stack.urls;
    const pool = openPool(
      { url: DATABASE_URL, applicationName: "test", maxConnections: 2, transactionTimeoutMs: 60_000 },
      () => undefined,
    );
    const page = await openDashboardPage(chromium, SUPERSET_URL);
    try {
      const sent = await makeData(WEB_URL, pictures === null ? little : much, interrupt);
      const client = await openSuperset(SUPERSET_URL);
      const environment = supersetEnvironment(settings);
      const subject = {
        superset: client,
        page,
        pool,
        webUrl: WEB_URL,
        stackDirectory: directory,
        sent,
        python,
        environment,
        pictures,
        signal: interrupt,
      };
      const counts = await runChecks([...sourceChecks(), ...supersetChecks(subject)], interrupt);
      console.log(`${counts.passed} passed, ${counts.failed} failed`);
      passed = counts.failed === 0;
    } finally {
      await page.close();
      await pool.end();
    }
  } finally {
    await stack.stop();
    if (passed || interrupt.aborted) await rm(directory, { recursive: true });
    else say(`The stack's data and logs are kept in ${directory}.`);
  }
  process.exitCode = passed ? 0 : 1;
}
