import { spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { installTestTools } from "./install/tools.ts";
import { catchInterrupt, untilAborted } from "./interrupt.ts";
import { say } from "./say.ts";
import { childEnvironment, projectRoot, stackDirectory } from "./settings.ts";
import { type Servers, startServers } from "./start-servers.ts";

/** How long mocha may go on after its last test, which is a connection or timer that a test left behind. */
const leakTimeoutMs = 20_000;

const mochaOptionsWithValue =
  /^(-[gfjtsRrC]|--(f?grep|timeout|slow|reporter|retries|jobs|require|file|ignore|exclude))$/;

type Counts = { readonly passes: number; readonly failures: number; readonly pending: number };

const interrupt = catchInterrupt();
const { server: tools, chromium } = await installTestTools();
const directory = await mkdtemp(`${stackDirectory()}-test-`);
const servers = await startServers({ directory, tools });
let failed = true;
let counts: Counts | undefined;
try {
  if (!interrupt.aborted) ({ failed, counts } = await runMocha(servers, chromium, process.argv.slice(2)));
} finally {
  await servers.stop();
  if (failed && !interrupt.aborted)
    say(`The servers' data and logs are kept in ${path.relative(process.cwd(), directory)}.`);
  else await rm(directory, { recursive: true });
}
process.exitCode = failed ? 1 : 0;
if (counts) console.log(summary(counts));

async function runMocha(
  { databaseUrl, migrationDatabaseUrl, readerDatabaseUrl, redisUrl, kafkaBrokers }: Servers,
  chromiumPath: string,
  args: readonly string[],
): Promise<{ failed: boolean; counts: Counts | undefined }> {
  const mocha = path.join(projectRoot, "node_modules", "mocha", "bin", "mocha.js");
  const specs = namesSpecs(args) ? [] : ["test/**/*.test.ts"];
  const child = spawn(process.execPath, ["--import", "tsx", mocha, ...args.map(testsIn), ...specs], {
    cwd: projectRoot,
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: {
      ...childEnvironment(),
      DATABASE_URL: databaseUrl,
      MIGRATION_DATABASE_URL: migrationDatabaseUrl,
      READER_DATABASE_URL: readerDatabaseUrl,
      REDIS_URL: redisUrl,
      KAFKA_BROKERS: kafkaBrokers,
      CHROMIUM_PATH: chromiumPath,
    },
  });
  untilAborted(interrupt).then(() => child.kill("SIGINT"));

  let counts: Counts | undefined;
  let leaked = false;
  let leakTimer: NodeJS.Timeout | undefined;
  child.on("message", (message: Counts) => {
    counts = message;
    leakTimer = setTimeout(() => {
      leaked = true;
      say("The tests are over, but something that they opened is still open and keeps mocha from ending.");
      child.kill("SIGKILL");
    }, leakTimeoutMs);
  });
  const [code] = await once(child, "exit");
  clearTimeout(leakTimer);
  return { failed: leaked || code !== 0, counts };
}

/** Whether the arguments say which test files to run; else all of them run. */
function namesSpecs(args: readonly string[]): boolean {
  return args.some((arg, i) => !arg.startsWith("-") && !mochaOptionsWithValue.test(args[i - 1] ?? ""));
}

/** Of a folder mocha would load every file, helpers too. */
function testsIn(arg: string): string {
  return statSync(arg, { throwIfNoEntry: false })?.isDirectory() ? `${arg}/**/*.test.ts` : arg;
}

function summary({ passes, failures, pending }: Counts): string {
  return `${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}`;
}
