import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { stackUrls } from "./apps.ts";
import { authorizationHeader } from "./authorization.ts";
import { installAirflow } from "./install/airflow.ts";
import { ownDatabaseUrl } from "./postgres.ts";
import type { Service } from "./service.ts";
import {
  additions,
  childEnvironment,
  projectRoot,
  readLogin,
  readWebAccess,
  type StackSettings,
} from "./settings.ts";

/** Airflow's scheduler, DAG processor and API server in one, with its metadata in the stack's PostgreSQL. */
export async function airflowService(settings: StackSettings): Promise<Service> {
  const program = await installAirflow();
  const home = airflowHome(settings);
  const environment = airflowEnvironment(settings);
  const url = `http://127.0.0.1:${settings.additionPorts.airflow}`;
  return {
    name: "airflow",
    command: program("airflow"),
    args: ["standalone"],
    environment: {
      ...environment,
      PATH: [path.dirname(program("airflow")), environment.PATH].join(path.delimiter),
    },
    prepare: () => writePasswords(home, settings),
    probe: () => probeHealth(url),
    readyTimeoutMs: 180_000,
    stopSignal: "SIGTERM",
    // "airflow standalone" ends without a word to the processes that it has started.
    stopsByGroup: true,
    stopTimeoutMs: 20_000,
  };
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
    AIRFLOW__CORE__PARALLELISM: "8",
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
async function writePasswords(home: string, { environment }: StackSettings): Promise<void> {
  const { user, password } = readLogin(environment, "airflow");
  await mkdir(home, { recursive: true });
  await writeFile(passwordsFile(home), JSON.stringify({ [user]: password }), { mode: 0o600 });
}

type Health = Readonly<Record<string, { readonly status: string | null }>>;

/** The API server answers long before the scheduler and the DAG processor have begun. */
async function probeHealth(url: string): Promise<void> {
  const response = await fetch(`${url}/api/v2/monitor/health`, { signal: AbortSignal.timeout(5_000) });
  const health = (await response.json()) as Health;
  for (const part of ["metadatabase", "scheduler", "dag_processor"]) {
    if (health[part]?.status !== "healthy")
      throw new Error(`${additions.airflow.label}: ${part} is not healthy yet.`);
  }
}
