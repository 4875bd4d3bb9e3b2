import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { buildApp } from "../../stack/build-app.ts";
import { findFreePorts } from "../../stack/free-ports.ts";
import { childEnvironment, projectRoot } from "../../stack/settings.ts";
import { eventually } from "../setup/eventually.ts";
import { unique } from "../setup/unique.ts";

/** What is started of the app, by its place in the sources. */
export type MainName =
  | "web/main"
  | "workers/worker-main"
  | "workers/consumer-main"
  | "workers/summariser-main";

/** A process of ours as its supervisor starts it. */
export interface MainProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** All that it has written. */
  output(): string;
  /** Resolves with the exit code; null where a signal ended it. */
  readonly exited: Promise<number | null>;
}

/**
 * Starts a process of the app, compiled as its users have it, with nothing but the environment given and, where that names
 * none, a topic, a group and queues of its own. `url` is where its web service would be.
 */
export async function startMain(
  name: MainName,
  environment: Readonly<Record<string, string>>,
): Promise<MainProcess> {
  await buildApp();
  const [port = 0] = await findFreePorts(1);
  const { PATH, HOME } = childEnvironment();
  const names = {
    KAFKA_TOPIC: unique("topic"),
    KAFKA_GROUP: unique("group"),
    QUEUE_PREFIX: unique("test"),
  };
  const child = spawn(process.execPath, [path.join(projectRoot, "dist", `${name}.js`)], {
    cwd: projectRoot,
    env: { PATH, HOME, PORT: String(port), ...names, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Tests that are interrupted do not come to end it.
  const kill = (): unknown => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.removeListener("exit", kill));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const exited = once(child, "exit").then(([code]) => code as number | null);
  return { url: `http://127.0.0.1:${port}`, child, output: () => output, exited };
}

export async function untilAlive({ url }: MainProcess): Promise<void> {
  await eventually(async () => {
    const { status } = await fetch(`${url}/healthz`);
    if (status !== 200) throw new Error(`/healthz answers ${status}`);
  });
}
