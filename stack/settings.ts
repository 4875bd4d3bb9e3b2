import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Credentials } from "./authorization.ts";
import { ExplainedError } from "./explained-error.ts";

/** The folder of package.json. */
export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

export type KafkaPorts = {
  readonly broker: number;
  readonly controller: number;
  /** A second listener; who comes by it is told to come back to another port, where a proxy stands before it. */
  readonly proxied?: { readonly listener: number; readonly advertised: number };
};

/** TCP ports on 127.0.0.1. Kafka's controller listens on a port of its own. */
export type ServerPorts = {
  readonly postgres: number;
  readonly redis: number;
  readonly kafka: number;
  readonly kafkaController: number;
  /** Of a cluster's further brokers; without them Kafka is one. */
  readonly furtherBrokers?: readonly KafkaPorts[];
  readonly kafkaProxied?: KafkaPorts["proxied"];
};

/** Absolute paths of folders for data, by the service's name; what is not named is in the stack's folder. */
export type DataFolders = Readonly<Record<string, string>>;
/**
 * What `--with` starts beside the stack, by the names of its processes. Each gets a database of its own on the stack's
 * PostgreSQL, named as it is. How it is installed and run stands in additions.ts.
 */
export const additions = {
  airflow: { label: "Airflow", portVariable: "AIRFLOW_PORT", port: 8081, urlVariable: "AIRFLOW_URL" },
  superset: { label: "Superset", portVariable: "SUPERSET_PORT", port: 8088, urlVariable: "SUPERSET_URL" },
} as const;

export type AdditionName = keyof typeof additions;

export const additionNames = Object.keys(additions) as readonly AdditionName[];

export type StackSettings = {
  /** Absolute path of the folder that holds everything the stack writes. */
  readonly directory: string;
  /** Of services whose data is not in a folder of the stack's own. */
  readonly dataFolders?: DataFolders;
  readonly ports: ServerPorts & { readonly web: number };
  /** The address under which this machine reaches the web service. */
  readonly webHost: string;
  /** Processes of each kind. */
  readonly workers: number;
  readonly consumers: number;
  /** Addresses of proxies by which the app's processes are to reach the servers, in place of the servers' own. */
  readonly detours?: Readonly<Partial<Record<"DATABASE_URL" | "REDIS_URL" | "KAFKA_BROKERS", string>>>;
  /** Those that are wanted; their ports are known in any case. */
  readonly additions: readonly AdditionName[];
  readonly additionPorts: Readonly<Record<AdditionName, number>>;
  /** The user's environment, handed on to the app's processes. */
  readonly environment: NodeJS.ProcessEnv;
};

/** The only place of the stack that reads the environment. */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): StackSettings {
  const kafka = readPort(environment, "KAFKA_PORT", 9092, 65_534);
  return {
    directory: stackDirectory(environment),
    ports: {
      web: readPort(environment, "PORT", 8080),
      postgres: readPort(environment, "POSTGRES_PORT", 5432),
      redis: readPort(environment, "REDIS_PORT", 6379),
      kafka,
      kafkaController: kafka + 1,
    },
    webHost: readWebHost(environment),
    workers: 1,
    consumers: 1,
    additions: [],
    additionPorts: readAdditionPorts(environment),
    environment,
  };
}

/** Who signs in to an addition: AIRFLOW_USER and AIRFLOW_PASSWORD, admin where they are not set. */
export function readLogin(
  environment: NodeJS.ProcessEnv,
  addition: AdditionName,
): { readonly user: string; readonly password: string } {
  const prefix = addition.toUpperCase();
  return {
    user: environment[`${prefix}_USER`] || "admin",
    password: environment[`${prefix}_PASSWORD`] || "admin",
  };
}

export function stackDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return path.resolve(projectRoot, environment.STACK_DIR || ".stack");
}

/** Where downloads are kept that every stack of this user shares. */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment.XDG_CACHE_HOME || path.join(environment.HOME || projectRoot, ".cache");
  return path.resolve(base, "synthetic-data-pipeline");
}

/** The user's `PATH`, folder by folder. */
export function searchPath(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  return (environment.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
}

/** The database to migrate that the user or a running stack (see env-file.ts) names; empty where neither does. */
export function readMigrationUrl(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.MIGRATION_DATABASE_URL || environment.DATABASE_URL || "";
}

/** Where the web service is, as the user or a running stack names it, and who may use it. */
export function readWebAccess(environment: NodeJS.ProcessEnv = process.env): {
  readonly url: string;
  readonly credentials: Credentials | undefined;
} {
  const { WEB_URL: url = "", AUTH_USER: user, AUTH_PASSWORD: password, AUTH_TOKEN: token } = environment;
  if (user && password) return { url, credentials: { user, password } };
  return { url, credentials: token ? { token } : undefined };
}

/** Whether `npm run` is this process's parent. */
export function isStartedByNpm(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment.npm_lifecycle_event !== undefined;
}

/** A browser that the user names. */
export function chosenChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return environment.CHROMIUM_PATH || undefined;
}

/** What PostgreSQL, Redis and Kafka get to see: nothing that the user set for Node or for the app. */
export function serverEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return { PATH: environment.PATH, HOME: environment.HOME, LC_ALL: "C.UTF-8", TZ: "UTC" };
}

/** What web, worker and consumer are started with: the user's own variables, and where this stack's servers are. */
export function appEnvironment(
  { environment, ports }: StackSettings,
  servers: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  // The other roles' passwords are none of theirs.
  const { MIGRATION_DATABASE_URL, READER_DATABASE_URL, ...own } = childEnvironment(environment);
  return {
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    KAFKA_TOPIC: "synthetic_users",
    LOG_LEVEL: "info",
    ...own,
    ...servers,
    PORT: String(ports.web),
  };
}

/** The user's environment without what npm and Node's loaders put there for this process alone. */
export function childEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([key]) => key !== "NODE_OPTIONS" && !key.startsWith("npm_")),
  );
}

/** HOST is where the web service listens; what stands for every address is no address to go to. */
function readWebHost({ HOST: host }: NodeJS.ProcessEnv): string {
  if (!host || host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function readAdditionPorts(environment: NodeJS.ProcessEnv): Record<AdditionName, number> {
  return Object.fromEntries(
    additionNames.map((name) => {
      const { portVariable, port } = additions[name];
      return [name, readPort(environment, portVariable, port)];
    }),
  ) as Record<AdditionName, number>;
}

function readPort(environment: NodeJS.ProcessEnv, key: string, fallback: number, highest = 65_535): number {
  const text = environment[key];
  if (text === undefined || text === "") return fallback;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > highest) {
    throw new ExplainedError(`${key} must be a port number from 1 to ${highest}, not "${text}".`);
  }
  return port;
}
