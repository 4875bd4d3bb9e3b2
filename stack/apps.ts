import path from "node:path";
import { authorizationHeader, type Credentials } from "./authorization.ts";
import { kafkaBrokers } from "./kafka.ts";
import { postgresUrls } from "./postgres-roles.ts";
import { redisUrl } from "./redis.ts";
import type { Service } from "./service.ts";
import {
  type AdditionName,
  additions,
  appEnvironment,
  projectRoot,
  readWebAccess,
  type StackSettings,
} from "./settings.ts";

/** Addresses of a stack's services, by the names under which programs look for them in the environment. */
export type StackUrls = {
  readonly WEB_URL: string;
  readonly DATABASE_URL: string;
  /** The role that owns the tables. */
  readonly MIGRATION_DATABASE_URL: string;
  /** The role that may only read. */
  readonly READER_DATABASE_URL: string;
  readonly REDIS_URL: string;
  readonly KAFKA_BROKERS: string;
} & AdditionUrls;

type AdditionUrls = { readonly [Name in AdditionName as (typeof additions)[Name]["urlVariable"]]?: string };

export function stackUrls({ ports, webHost, additions: wanted, additionPorts }: StackSettings): StackUrls {
  const database = postgresUrls(ports.postgres);
  return {
    WEB_URL: `http://${webHost}:${ports.web}`,
    DATABASE_URL: database.service,
    MIGRATION_DATABASE_URL: database.owner,
    READER_DATABASE_URL: database.reader,
    REDIS_URL: redisUrl(ports.redis),
    KAFKA_BROKERS: [ports.kafka, ...(ports.furtherBrokers ?? []).map(({ broker }) => broker)]
      .map(kafkaBrokers)
      .join(","),
    ...Object.fromEntries(
      wanted.map((name) => [additions[name].urlVariable, `http://127.0.0.1:${additionPorts[name]}`]),
    ),
  };
}

const nodeFlags = ["--enable-source-maps"];

/**
 * In megabytes. Workers and consumers hold a few batches; without a bound Node puts off collecting their garbage until
 * they have grown to several times that.
 */
const backgroundHeapFlag = "--max-old-space-size=192";

/** The app's own processes, in the order in which they end: first no more requests, then no more work. */
export function appServices(settings: StackSettings): Service[] {
  const { WEB_URL, DATABASE_URL, REDIS_URL, KAFKA_BROKERS, SUPERSET_URL, AIRFLOW_URL } = stackUrls(settings);
  const { credentials } = readWebAccess(settings.environment);
  const servers = { DATABASE_URL, REDIS_URL, KAFKA_BROKERS };
  const environment = appEnvironment(settings, {
    ...servers,
    ...settings.detours,
    ...(SUPERSET_URL === undefined ? {} : { SUPERSET_URL }),
    ...(AIRFLOW_URL === undefined ? {} : { AIRFLOW_URL }),
  });
  const program = (name: string, args: readonly string[], probe: Service["probe"]): Service => ({
    name,
    command: process.execPath,
    args: [...nodeFlags, ...args],
    environment,
    prepare: async () => {},
    probe,
    readyTimeoutMs: 60_000,
    stopSignal: "SIGTERM",
    stopTimeoutMs: 20_000,
  });
  // These have no port. That they do their work shows in the web service's /readyz.
  const background = (kind: string, count: number) =>
    Array.from({ length: count }, (_, i) =>
      program(
        i === 0 ? kind : `${kind}-${i + 1}`,
        [backgroundHeapFlag, compiled(`workers/${kind}-main.js`)],
        async () => {},
      ),
    );
  const services = [
    program("web", [compiled("web/main.js")], () => getReady(WEB_URL, credentials)),
    ...background("worker", settings.workers),
    ...background("consumer", settings.consumers),
    // Nobody else reads what it counts.
    ...background("summariser", settings.additions.includes("superset") ? 1 : 0),
  ];
  return services.map((service, i) => ({
    ...service,
    environment: { ...service.environment, METRICS_PORT: metricsPort(settings, i) },
  }));
}

/** One process after another gets the next port, from the one that the user names; none where they name none. */
function metricsPort({ environment }: StackSettings, index: number): string | undefined {
  const { METRICS_PORT: first } = environment;
  // What is no number is for the process to refuse, by name.
  return first && /^\d+$/.test(first) ? String(Number(first) + index) : first;
}

const compiled = (main: string): string => path.join(projectRoot, "dist", main);

async function getReady(webUrl: string, credentials?: Credentials): Promise<void> {
  const response = await fetch(`${webUrl}/readyz`, {
    headers: credentials ? { authorization: authorizationHeader(credentials) } : {},
    signal: AbortSignal.timeout(5_000),
  });
  const body = await response.text();
  if (response.status !== 200) throw new Error(`/readyz answers ${response.status}: ${body}`);
}
