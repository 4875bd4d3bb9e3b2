import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { installTestTools } from "./install/tools.ts";
import { catchInterrupt } from "./interrupt.ts";
import { runLanes, type TestRun } from "./run-mocha.ts";
import { say } from "./say.ts";
import { childEnvironment, stackDirectory } from "./settings.ts";
import { startServers } from "./start-servers.ts";
import { testLanes } from "./test-lanes.ts";

const interrupt = catchInterrupt();
const { server: tools, chromium } = await installTestTools();
const directory = await mkdtemp(`${stackDirectory()}-test-`);
const servers = await startServers({ directory, tools });
let run: TestRun = { failed: true, summary: undefined };
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
    const lanes = testLanes(process.argv.slice(2), availableParallelism());
    run = await runLanes(lanes, environment, interrupt);
  }
} finally {
  await servers.stop();
  if (run.failed && !interrupt.aborted)
    say(`The servers' data and logs are kept in ${path.relative(process.cwd(), directory)}.`);
  else await rm(directory, { recursive: true });
}
process.exitCode = run.failed ? 1 : 0;
if (run.summary) console.log(run.summary);
