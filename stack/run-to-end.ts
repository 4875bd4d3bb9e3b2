import { spawn } from "node:child_process";
import { once } from "node:events";

export type RunOptions = {
  readonly environment?: NodeJS.ProcessEnv;
  /** Its working directory. */
  readonly directory?: string;
  /** Given to the program's standard input. */
  readonly input?: string;
};

export type RunResult = {
  /** Null where a signal ended it. */
  readonly code: number | null;
  /** Standard output and error as they came. */
  readonly output: string;
};

/** Runs a program that ends by itself. Rejects only where it cannot be started. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  { environment, directory, input = "" }: RunOptions = {},
): Promise<RunResult> {
  const child = spawn(command, args, {
    stdio: "pipe",
    ...(environment ? { env: environment } : {}),
    ...(directory ? { cwd: directory } : {}),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  // A program that fails at once closes its input: its own words, not EPIPE, are then the error.
  child.stdin.on("error", () => {}).end(input);
  const [code] = await once(child, "close");
  return { code, output };
}
