import { parseNames, parseOptions, parseWholeNumber } from "../cli/parse-options.ts";
import { hostStack } from "./host-stack.ts";
import { additionNames, readSettings } from "./settings.ts";

const usage = `Usage: npm start -- [options]

Installs whatever is missing, then runs PostgreSQL, Redis, Kafka and the app until Ctrl-C.

  --workers N     processes that generate records (default 1)
  --consumers N   processes that store them (default 1)
  --with NAMES    what else to start, separated by commas: ${additionNames.join(", ")}

Environment: PORT POSTGRES_PORT REDIS_PORT KAFKA_PORT AIRFLOW_PORT SUPERSET_PORT STACK_DIR, and whatever the app reads.`;

const options = parseOptions(
  process.argv.slice(2),
  {
    workers: { type: "string", default: "1" },
    consumers: { type: "string", default: "1" },
    with: { type: "string", default: "" },
    help: { type: "boolean", short: "h", default: false },
  },
  usage,
);

if (options.help) console.log(usage);
else {
  const settings = {
    ...readSettings(),
    workers: parseWholeNumber("workers", options.workers, { highest: 64 }),
    consumers: parseWholeNumber("consumers", options.consumers, { highest: 64 }),
    additions: parseNames("with", options.with, additionNames),
  };
  process.exitCode = await hostStack(settings, async () => ({ exitCode: 0, stayUp: true }));
}
