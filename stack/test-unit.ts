import { availableParallelism } from "node:os";
import { catchInterrupt } from "./interrupt.ts";
import { runLanes } from "./run-mocha.ts";
import { childEnvironment } from "./settings.ts";
import { unitTestFiles } from "./test-files.ts";

// A test that asks for a server all the same must not find one that the user's shell happens to name.
const {
  DATABASE_URL,
  MIGRATION_DATABASE_URL,
  READER_DATABASE_URL,
  REDIS_URL,
  KAFKA_BROKERS,
  ...environment
} = childEnvironment();

const args = ["--parallel", "--jobs", String(availableParallelism()), ...process.argv.slice(2)];
const { failed, summary } = await runLanes([[...args, ...unitTestFiles()]], environment, catchInterrupt());
process.exitCode = failed ? 1 : 0;
if (summary) console.log(summary);
