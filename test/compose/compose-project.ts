import { devNull } from "node:os";
import { findFreePorts } from "../../stack/free-ports.ts";
import { say } from "../../stack/say.ts";
import { type Container, parseContainers } from "./container.ts";
import { askDocker, type DockerContext, requireDocker, showDocker } from "./docker.ts";

/** docker-compose.yml as on a fresh clone: with its own defaults, but for a project name and ports of its own. */
export type ComposeProject = {
  /** Published ports on 127.0.0.1. */
  readonly ports: Ports;
  /** Starts what is not up and waits until all is healthy. */
  up(...options: readonly string[]): Promise<void>;
  stop(): Promise<void>;
  /** Takes containers and network away; volumes stay, unless `--volumes` is among the options. */
  down(...options: readonly string[]): Promise<void>;
  /** Those that have ended too. */
  containers(): Promise<Container[]>;
  /** A service's environment as Compose resolves it. */
  environmentOf(service: string): Promise<Readonly<Record<string, string>>>;
  /** /proc/1/status of a container that runs, key by key. */
  firstProcess(container: Container): Promise<Readonly<Record<string, string>>>;
  /** Kills what runs in a container, as a crash would; `docker kill` would count as the user's wish. */
  crash(container: Container): Promise<void>;
  /** Prints the logs of our own services and of whatever is not well. */
  printLogs(): Promise<void>;
};

export type Ports = {
  readonly web: number;
  readonly postgres: number;
  readonly redis: number;
  readonly kafka: number;
  readonly kafkaUi: number;
  readonly airflow: number;
  readonly superset: number;
};

export const ownServices: readonly string[] = ["web", "worker", "consumer", "summariser"];

const startTimeoutSeconds = 300;

/** What Docker needs of the user's environment; the rest could hold settings of docker-compose.yml. */
const dockersOwn = /^(PATH|HOME|TMPDIR|XDG_RUNTIME_DIR|SSH_AUTH_SOCK|(DOCKER|BUILDKIT|BUILDX)_.+|.+_PROXY)$/i;

/** @throws ExplainedError where there is no Docker to work with */
export async function openComposeProject(signal: AbortSignal): Promise<ComposeProject> {
  const ports = await choosePorts();
  const context: DockerContext = { environment: { ...inherited(), ...portVariables(ports) } };
  await requireDocker(context);
  // A user's own .env and docker-compose.override.yml are left out.
  const files = ["--file", "docker-compose.yml", "--env-file", devNull];
  const compose = ["compose", "--project-name", `synthetic-data-test-${process.pid}`, ...files];
  const ask = (...args: string[]) => askDocker(args, { ...context, signal });
  const show = (...args: string[]) => showDocker([...compose, ...args], { ...context, signal });

  async function containers(): Promise<Container[]> {
    const ids = (await ask(...compose, "ps", "--all", "--quiet")).split("\n").filter(Boolean);
    return ids.length > 0 ? parseContainers(await ask("inspect", ...ids)) : [];
  }

  return {
    ports,
    up: (...options) => show("up", "--wait", `--wait-timeout=${startTimeoutSeconds}`, ...options),
    stop: () => show("stop"),
    // Not ended by the signal: it cleans up after one.
    down: (...options) => showDocker([...compose, "down", ...options], context),
    containers,
    async environmentOf(service) {
      const { services } = JSON.parse(await ask(...compose, "config", "--format", "json"));
      return services[service].environment;
    },
    async firstProcess({ id }) {
      const lines = (await ask("exec", id, "cat", "/proc/1/status")).split("\n");
      return Object.fromEntries(lines.map((line) => line.split(":\t")));
    },
    async crash({ id }) {
      // Process 1, which -1 spares, is Docker's init: it ends with the last of its children.
      await ask("exec", "--detach", id, "sh", "-c", "kill -KILL -1");
    },
    async printLogs() {
      const unwell = (await containers()).filter(({ condition }) => !isWell(condition));
      for (const { name, condition } of unwell) say(`${name}: ${condition}`);
      const services = new Set([...ownServices, ...unwell.map(({ service }) => service)]);
      await show("logs", "--no-color", "--tail=100", ...services);
    },
  };
}

function isWell(condition: string): boolean {
  return condition === "running, healthy" || condition === "exited with 0";
}

async function choosePorts(): Promise<Ports> {
  const [web = 0, postgres = 0, redis = 0, kafka = 0, kafkaUi = 0, airflow = 0, superset = 0] =
    await findFreePorts(7);
  return { web, postgres, redis, kafka, kafkaUi, airflow, superset };
}

function portVariables({
  web,
  postgres,
  redis,
  kafka,
  kafkaUi,
  airflow,
  superset,
}: Ports): NodeJS.ProcessEnv {
  return {
    PORT: String(web),
    POSTGRES_PORT: String(postgres),
    REDIS_PORT: String(redis),
    KAFKA_PORT: String(kafka),
    KAFKA_UI_PORT: String(kafkaUi),
    AIRFLOW_PORT: String(airflow),
    SUPERSET_PORT: String(superset),
  };
}

function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => dockersOwn.test(key)));
}
