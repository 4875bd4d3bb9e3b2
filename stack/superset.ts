import { mkdir } from "node:fs/promises";
import path from "node:path";
import { stackUrls } from "./apps.ts";
import { ExplainedError } from "./explained-error.ts";
import type { PythonEnvironment } from "./install/python-environment.ts";
import { installSuperset } from "./install/superset.ts";
import { ownDatabaseUrl } from "./postgres.ts";
import { runToEnd } from "./run-to-end.ts";
import { say } from "./say.ts";
import type { Service } from "./service.ts";
import { projectRoot, type StackSettings, serverEnvironment } from "./settings.ts";

const file = (name: string): string => path.join(projectRoot, "superset", name);

/** Superset with the dashboard of superset/assets; its own metadata is in the stack's PostgreSQL. */
export async function supersetService(settings: StackSettings): Promise<Service> {
  const program = await installSuperset();
  const environment = supersetEnvironment(settings);
  const port = settings.additionPorts.superset;
  return {
    name: "superset",
    command: program("gunicorn"),
    args: [`--bind=127.0.0.1:${port}`, `--config=${file("gunicorn_config.py")}`, "superset.app:create_app()"],
    environment,
    prepare: () => provision(program, environment),
    probe: () => probeHealth(`http://127.0.0.1:${port}`),
    readyTimeoutMs: 120_000,
    stopSignal: "SIGTERM",
    stopTimeoutMs: 20_000,
  };
}

/** Nothing of the user's environment but who signs in: what else is set for Python or Flask is for other programs. */
export function supersetEnvironment(settings: StackSettings): NodeJS.ProcessEnv {
  const { SUPERSET_USER, SUPERSET_PASSWORD, SUPERSET_SECRET_KEY } = settings.environment;
  return {
    ...serverEnvironment(settings.environment),
    SUPERSET_HOME: path.join(settings.directory, "superset"),
    SUPERSET_CONFIG_PATH: file("superset_config.py"),
    SUPERSET_METADATA_URL: ownDatabaseUrl(settings.ports.postgres, "superset").replace(
      "postgresql:",
      "postgresql+psycopg2:",
    ),
    READER_DATABASE_URL: stackUrls(settings).READER_DATABASE_URL,
    ...(SUPERSET_USER ? { SUPERSET_USER } : {}),
    ...(SUPERSET_PASSWORD ? { SUPERSET_PASSWORD } : {}),
    ...(SUPERSET_SECRET_KEY ? { SUPERSET_SECRET_KEY } : {}),
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONUNBUFFERED: "1",
  };
}

/** Brings Superset's tables, roles and dashboard to what this version of the project has. */
export async function provision(program: PythonEnvironment, environment: NodeJS.ProcessEnv): Promise<void> {
  await mkdir(environment.SUPERSET_HOME ?? "", { recursive: true, mode: 0o700 });
  say("Providing Superset's dashboard (half a minute at the first start) …");
  const { code, output } = await runToEnd(program("python"), [file("provision.py")], { environment });
  if (code === 0) return;
  const lines = output.trimEnd().split("\n");
  const own = lines.filter((line) => line.startsWith("superset: "));
  throw new ExplainedError(
    `Superset's dashboard could not be provided:\n${(own.length > 0 ? own : lines.slice(-15)).join("\n")}`,
  );
}

async function probeHealth(url: string): Promise<void> {
  const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`/health answers ${response.status}`);
}
