import { statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { installTestTools } from "./install/tools.ts";
import { catchInterrupt } from "./interrupt.ts";
import { type MochaRun, runMocha } from "./run-mocha.ts";
import { say } from "./say.ts";
import { childEnvironment, stackDirectory } from "./settings.ts";
import { startServers } from "./start-servers.ts";
import { testFiles } from "./test-files.ts";

const mochaOptionsWithValue =
  /^(-[gfjtsRrC]|--(f?grep|timeout|slow|reporter|retries|jobs|require|file|ignore|exclude))$/;

const interrupt = catchInterrupt();
const { server: tools, chromium } = await installTestTools();
const directory = await mkdtemp(`${stackDirectory()}-test-`);
const servers = await startServers({ directory, tools });
let run: MochaRun = { failed: true, summary: undefined };
try {
  if (!interrupt.aborted) {
    const environment = {
      ...childEnvironment(),
      DATABASE_URL: servers.databaseUrl,
      MIGRATION_DATABASE_URL: servers.migrationDatabaseUrl,
      READER_DATABASE_URL: servers.readerDatabaseUrl,
      REDIS_URL: servers.redisUrl,
      KAFKA_BROKERS: servers.kafkaBrokers,
      CHROMIUM_PATH: chromium,
    };
    run = await runMocha(mochaArguments(process.argv.slice(2)), environment, interrupt);
  }
} finally {
  await servers.stop();
  if (run.failed && !interrupt.aborted)
    say(`The servers' data and logs are kept in ${path.relative(process.cwd(), directory)}.`);
  else await rm(directory, { recursive: true });
}
process.exitCode = run.failed ? 1 : 0;
if (run.summary) console.log(run.summary);

/** One file runs after the other, unless `--parallel` has them run side by side. */
function mochaArguments(args: readonly string[]): string[] {
  const jobs = args.includes("--parallel") ? ["--jobs", String(parallelFiles())] : [];
  return [...jobs, ...(namesSpecs(args) ? args.map(testsIn) : [...args, ...testFiles()])];
}

/** One more than there are processors: most of a test's time it waits. More would need more memory than time they save. */
function parallelFiles(): number {
  return Math.min(4, availableParallelism() + 1);
}

/** Whether the arguments say which test files to run; else all of them run. */
function namesSpecs(args: readonly string[]): boolean {
  return args.some((arg, i) => !arg.startsWith("-") && !mochaOptionsWithValue.test(args[i - 1] ?? ""));
}

/** Of a folder mocha would load every file, helpers too. */
function testsIn(arg: string): string {
  return statSync(arg, { throwIfNoEntry: false })?.isDirectory() ? `${arg}/**/*.test.ts` : arg;
}
