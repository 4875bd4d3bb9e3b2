import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { stackUrls } from "./apps.ts";
import { authorizationHeader } from "./authorization.ts";
import { ExplainedError } from "./explained-error.ts";
import { installAirflow } from "./install/airflow.ts";
import { ownDatabaseUrl } from "./postgres.ts";
import { runToEnd } from "./run-to-end.ts";
import type { Service } from "./service.ts";
import { childEnvironment, projectRoot, readLogin, readWebAccess, type StackSettings } from "./settings.ts";

/**
 * Airflow's parts, each supervised by itself. `airflow standalone` would start them too, but serves its tasks' logs on every
 * address of the machine, does not notice a part that has ended, and leaves the others behind when it ends itself.
 */
export async function airflowServices(settings: StackSettings): Promise<readonly Service[]> {
  const program = (await installAirflow())("airflow");
  const url = `http://127.0.0.1:${settings.additionPorts.airflow}`;
  const shared = airflowEnvironment(settings);
  const environment = { ...shared, PATH: [path.dirname(program), shared.PATH].join(path.delimiter) };
  let prepared: Promise<void> | undefined;
  const prepare = () => {
    prepared ??= writePasswords(settings).then(() => migrate(program, environment));
    return prepared;
  };
  const part = (name: string, args: readonly string[], health: string): Service => ({
    name,
    command: program,
    args,
    environment,
    prepare,
    probe: () => probeHealth(url, health),
    readyTimeoutMs: 600_000,
    stopSignal: "SIGTERM",
    // A task that runs is a process of its own, and is tried again after the next start.
    stopsByGroup: true,
    stopTimeoutMs: 20_000,
  });
  return [
    part("airflow", ["api-server"], "metadatabase"),
    part("airflow-scheduler", ["scheduler", "--skip-serve-logs"], "scheduler"),
    part("airflow-dag-processor", ["dag-processor"], "dag_processor"),
  ];
}

/** What Airflow, and a program that runs its DAG, is told: where everything is. Nobody makes a connection by hand. */
export function airflowEnvironment(settings: StackSettings): NodeJS.ProcessEnv {
  const home = airflowHome(settings);
  const { user } = readLogin(settings.environment, "airflow");
  const { WEB_URL, DATABASE_URL } = stackUrls(settings);
  const port = settings.additionPorts.airflow;
  return {
    ...childEnvironment(settings.environment),
    AIRFLOW_HOME: home,
    AIRFLOW__CORE__DAGS_FOLDER: path.join(projectRoot, "airflow", "dags"),
    AIRFLOW__CORE__LOAD_EXAMPLES: "False",
    AIRFLOW__CORE__EXECUTOR: "LocalExecutor",
    AIRFLOW__CORE__PARALLELISM: "4",
    AIRFLOW__CORE__EXECUTION_API_SERVER_URL: `http://127.0.0.1:${port}/execution/`,
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS: `${user}:admin`,
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE: passwordsFile(home),
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: ownDatabaseUrl(settings.ports.postgres, "airflow").replace(
      "postgresql:",
      "postgresql+psycopg2:",
    ),
    AIRFLOW__API__HOST: "127.0.0.1",
    AIRFLOW__API__PORT: String(port),
    AIRFLOW__API__BASE_URL: `http://127.0.0.1:${port}`,
    AIRFLOW__API__WORKERS: "1",
    AIRFLOW__API__SECRET_KEY: randomBytes(32).toString("hex"),
    AIRFLOW__API_AUTH__JWT_SECRET: randomBytes(32).toString("hex"),
    // Its default of 5 seconds fails tasks while a small machine is busy with something else.
    AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT: "30",
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED: "False",
    AIRFLOW_CONN_SYNTHETIC_WEB: webConnection(WEB_URL, settings.environment),
    AIRFLOW_CONN_POSTGRES_ANALYTICS: DATABASE_URL,
    AIRFLOW_VAR_SYNTHETIC_WEB_URL: WEB_URL,
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONUNBUFFERED: "1",
  };
}

function webConnection(webUrl: string, environment: NodeJS.ProcessEnv): string {
  const { protocol, hostname, port } = new URL(webUrl);
  const { credentials } = readWebAccess(environment);
  const access =
    credentials === undefined
      ? {}
      : "token" in credentials
        ? { extra: { Authorization: authorizationHeader(credentials) } }
        : { login: credentials.user, password: credentials.password };
  return JSON.stringify({
    conn_type: "http",
    schema: protocol.slice(0, -1),
    host: hostname,
    port: Number(port),
    ...access,
  });
}

function airflowHome({ directory }: StackSettings): string {
  return path.join(directory, "airflow");
}

function passwordsFile(home: string): string {
  return path.join(home, "passwords.json");
}

/** Airflow writes a password that it makes up into this file where the user has none in it. */
async function writePasswords(settings: StackSettings): Promise<void> {
  const home = airflowHome(settings);
  const { user, password } = readLogin(settings.environment, "airflow");
  await mkdir(home, { recursive: true });
  await writeFile(passwordsFile(home), JSON.stringify({ [user]: password }), { mode: 0o600 });
}

async function migrate(program: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const { code, output } = await runToEnd(program, ["db", "migrate"], { environment });
  if (code !== 0)
    throw new ExplainedError(`Airflow's database cannot be brought up to date:\n${output.trim()}`);
}

type Health = Readonly<Record<string, { readonly status: string | null }>>;

/** The API server knows of the others by their heartbeats. */
async function probeHealth(url: string, part: string): Promise<void> {
  const response = await fetch(`${url}/api/v2/monitor/health`, { signal: AbortSignal.timeout(5_000) });
  const health = (await response.json()) as Health;
  if (health[part]?.status !== "healthy") throw new Error(`Airflow says that its ${part} is not healthy.`);
}
