import { type ChildProcess, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { ExplainedError } from "../../stack/explained-error.ts";
import { runToEnd } from "../../stack/run-to-end.ts";
import { projectRoot } from "../../stack/settings.ts";

/** How to call Docker's command line: with which environment, and what ends it early. */
export type DockerContext = {
  readonly environment: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
};

/** What `docker ARGS` prints on standard output. Rejects, with what it complains about, where it fails. */
export async function askDocker(args: readonly string[], context: DockerContext): Promise<string> {
  const child = spawn("docker", args, { ...spawnOptions(context), stdio: ["ignore", "pipe", "pipe"] });
  const [code, output, complaints] = await Promise.all([
    ended(child),
    text(child.stdout),
    text(child.stderr),
  ]);
  if (code !== 0) throw new Error(`docker ${args.join(" ")} failed:\n${complaints.trim()}`);
  return output;
}

/** Runs `docker ARGS` for a person to watch. Rejects where it fails. */
export async function showDocker(args: readonly string[], context: DockerContext): Promise<void> {
  const code = await ended(spawn("docker", args, { ...spawnOptions(context), stdio: ["ignore", 2, 2] }));
  if (code !== 0) throw new Error(`docker ${args.join(" ")} failed; what it says stands above.`);
}

/** @throws ExplainedError saying what is missing: the program, its Compose plugin, or the daemon */
export async function requireDocker({ environment }: DockerContext): Promise<void> {
  const tryOut = (...args: string[]): Promise<{ works: boolean; output: string }> =>
    runToEnd("docker", args, { environment }).then(
      ({ code, output }) => ({ works: code === 0, output: output.trim() }),
      (error: Error) => ({ works: false, output: error.message }),
    );
  const compose = await tryOut("compose", "version");
  if (!compose.works) {
    throw new ExplainedError(
      `This test needs Docker's command line with the Compose plugin; "docker compose version" says: ${compose.output}`,
    );
  }
  const daemon = await tryOut("version", "--format", "{{.Server.Version}}");
  if (!daemon.works) {
    throw new ExplainedError(
      `This test needs a Docker daemon: start one, or name one by DOCKER_HOST. "docker version" says: ${daemon.output}`,
    );
  }
}

function spawnOptions({ environment, signal }: DockerContext) {
  return { cwd: projectRoot, env: environment, ...(signal ? { signal } : {}) };
}

/** Also one that is ended early is waited for: what it still does would cross what comes next. */
async function ended(child: ChildProcess): Promise<number | null> {
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (failure) throw failure;
  return code;
}
