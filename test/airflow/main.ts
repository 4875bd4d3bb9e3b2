import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openPool } from "../../ledger/database/database.ts";
import { airflowEnvironment } from "../../stack/airflow.ts";
import { authorizationHeader } from "../../stack/authorization.ts";
import { findFreePorts } from "../../stack/free-ports.ts";
import { installAirflowForTests } from "../../stack/install/airflow.ts";
import { catchInterrupt } from "../../stack/interrupt.ts";
import { readProcess } from "../../stack/pid-files.ts";
import { runStack } from "../../stack/run-stack.ts";
import { type RunResult, runToEnd } from "../../stack/run-to-end.ts";
import { say } from "../../stack/say.ts";
import { childEnvironment, projectRoot, readSettings } from "../../stack/settings.ts";
import { runChecks } from "../compose/run-checks.ts";
import { airflowChecks } from "./checks.ts";
import { changeTwinDag, makeFurtherDags } from "./further-dags.ts";
import { checkStyle, runPytest } from "./python-tests.ts";

/**
 * Tests Airflow's half: the style of its code, the DAG task by task in one Python process, and the whole through
 * Airflow's REST API, all against a stack of its own. `npm run test:airflow -- ARGUMENTS` runs only pytest, with these.
 */

const webLogin = { user: "airflow-tests", password: "kept-by-the-connection" };
const login = { user: "pilot", password: "co-pilot" };

const args = process.argv.slice(2);
const interrupt = catchInterrupt();
const program = await installAirflowForTests();
await checkStyle(program);

const directory = await mkdtemp(path.join(tmpdir(), "airflow-test-"));
const [webPort = 0, postgres = 0, redis = 0, kafka = 0, kafkaController = 0, airflow = 0] =
  await findFreePorts(6);
const furtherDags = path.join(directory, "further-dags");
const environment = {
  ...process.env,
  AUTH_USER: webLogin.user,
  AUTH_PASSWORD: webLogin.password,
  AIRFLOW_USER: login.user,
  AIRFLOW_PASSWORD: login.password,
  MAX_RECORDS_PER_RUN: "10000000",
  LOG_LEVEL: "info",
  STACK_DIR: directory,
  ...(await makeFurtherDags(furtherDags)),
};
const settings = {
  ...readSettings(environment),
  ports: { web: webPort, postgres, redis, kafka, kafkaController },
  additions: ["airflow"] as const,
};
const stackSettings = { ...settings, additionPorts: { ...settings.additionPorts, airflow } };
const stack = await runStack(stackSettings, interrupt);
const { WEB_URL, DATABASE_URL, AIRFLOW_URL = "" } = stack.urls;
const pool = openPool(
  { url: DATABASE_URL, applicationName: "test", maxConnections: 4, transactionTimeoutMs: 60_000 },
  () => undefined,
);

let passed = 0;
let failed = 0;
let killed: readonly string[] = [];
const count = (counts: { readonly passed: number; readonly failed: number }) => {
  passed += counts.passed;
  failed += counts.failed;
};
try {
  if (args.length === 0) {
    const checks = airflowChecks({
      airflowUrl: AIRFLOW_URL,
      webUrl: WEB_URL,
      login,
      web,
      pool,
      kill,
      demo,
      changeTwinDag: () => changeTwinDag(furtherDags),
    });
    count(await runChecks(checks, interrupt));
  }
  count(await runPytest(program, pytestEnvironment(), args, interrupt));
} finally {
  await pool.end();
  killed = await stack.stop();
  if (killed.length > 0) say(`Killed, because they did not end in time: ${killed.join(", ")}.`);
  if (failed === 0 || interrupt.aborted) await rm(directory, { recursive: true });
  else say(`The stack's logs are kept in ${directory}.`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 && killed.length === 0 ? 0 : 1;

/** The stack's own, but a home and metadata apart: what pytest runs is no business of the scheduler. */
function pytestEnvironment(): NodeJS.ProcessEnv {
  const home = path.join(directory, "airflow-in-process");
  return {
    ...airflowEnvironment(stackSettings),
    AIRFLOW_HOME: home,
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: `sqlite:///${home}/airflow.db`,
    WEB_URL,
    DATABASE_URL,
  };
}

function kill(name: string, signal: NodeJS.Signals = "SIGKILL"): void {
  const pid = readProcess(directory, name);
  if (pid === undefined) throw new Error(`${name} does not run`);
  process.kill(pid, signal);
}

function web(pathname: string, init?: RequestInit): Promise<Response> {
  return fetch(WEB_URL + pathname, { ...init, headers: { authorization: authorizationHeader(webLogin) } });
}

function demo(...args: readonly string[]): Promise<RunResult> {
  const command = [path.join(projectRoot, "stack", "bootstrap.mjs"), "demo", "--with", "airflow", ...args];
  return runToEnd(process.execPath, command, { environment: childEnvironment(environment) });
}
