import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { findFreePorts } from "../../stack/free-ports.ts";
import { childEnvironment, projectRoot } from "../../stack/settings.ts";
import { eventually } from "../setup/eventually.ts";

/** A process of ours as its supervisor starts it. */
export interface MainProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** All that it has written. */
  output(): string;
  /** Resolves with the exit code; null where a signal ended it. */
  readonly exited: Promise<number | null>;
}

/** Starts a main file, with nothing but the environment given; `url` is where its web service would be. */
export async function startMain(
  file: string,
  environment: Readonly<Record<string, string>>,
): Promise<MainProcess> {
  const [port = 0] = await findFreePorts(1);
  const { PATH, HOME } = childEnvironment();
  // What is compiled starts in a fraction of the time.
  const flags = file.endsWith(".ts") ? ["--import", "tsx"] : [];
  const child = spawn(process.execPath, [...flags, path.join(projectRoot, file)], {
    cwd: projectRoot,
    env: { PATH, HOME, PORT: String(port), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
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
