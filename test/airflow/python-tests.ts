import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { ExplainedError } from "../../stack/explained-error.ts";
import type { PythonEnvironment } from "../../stack/install/python-environment.ts";
import { untilAborted } from "../../stack/interrupt.ts";
import { runToEnd } from "../../stack/run-to-end.ts";
import { childEnvironment, projectRoot } from "../../stack/settings.ts";
import type { Counts } from "../compose/run-checks.ts";

const folder = path.join(projectRoot, "airflow");

/** Airflow's Python code has one style, which ruff looks after. */
export async function checkStyle(program: PythonEnvironment): Promise<void> {
  for (const args of [
    ["check", "--quiet", "."],
    ["format", "--quiet", "--diff", "."],
  ]) {
    const { code, output } = await runToEnd(program("ruff"), args, {
      environment: { ...childEnvironment(), RUFF_NO_CACHE: "true" },
      directory: folder,
    });
    if (code !== 0) throw new ExplainedError(`ruff ${args[0]}:\n${output.trim()}`);
  }
}

/** Runs airflow/tests, of which the arguments may choose some. */
export async function runPytest(
  program: PythonEnvironment,
  environment: NodeJS.ProcessEnv,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Counts> {
  const options = [
    "-m",
    "pytest",
    "-p",
    "no:cacheprovider",
    "--verbose",
    "--tb=short",
    "--durations=5",
    ...args,
  ];
  const child = spawn(program("python"), options, {
    cwd: path.join(folder, "tests"),
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  untilAborted(signal).then(() => child.kill("SIGTERM"));
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  const [code] = await once(child, "close");
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(output.slice(-500))?.[1] ?? 0);
  const failed = count("failed") + count("errors?");
  // A pytest that could not even begin has counted nothing.
  return { passed: count("passed"), failed: failed === 0 && code !== 0 ? 1 : failed };
}
