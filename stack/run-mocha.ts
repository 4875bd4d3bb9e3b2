import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { untilAborted } from "./interrupt.ts";
import { say } from "./say.ts";
import { projectRoot } from "./settings.ts";

/** How long mocha may go on after its last test, which is a connection or timer that a test left behind. */
const leakTimeoutMs = 20_000;

type Counts = { readonly passes: number; readonly failures: number; readonly pending: number };

export type MochaRun = {
  readonly failed: boolean;
  /** "N passed, N failed"; undefined where mocha did not come to its end. */
  readonly summary: string | undefined;
};

/** Runs mocha on what the arguments name, with its output on this process's. */
export async function runMocha(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  interrupt: AbortSignal,
): Promise<MochaRun> {
  const mocha = path.join(projectRoot, "node_modules", "mocha", "bin", "mocha.js");
  const child = spawn(process.execPath, ["--import", "tsx", mocha, ...args], {
    cwd: projectRoot,
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: environment,
  });
  untilAborted(interrupt).then(() => child.kill("SIGINT"));

  let counts: Counts | undefined;
  let leaked = false;
  let leakTimer: NodeJS.Timeout | undefined;
  child.on("message", (message: Counts) => {
    counts = message;
    leakTimer = setTimeout(() => {
      leaked = true;
      say("The tests are over, but something that they opened is still open and keeps mocha from ending.");
      child.kill("SIGKILL");
    }, leakTimeoutMs);
  });
  const [code] = await once(child, "exit");
  clearTimeout(leakTimer);
  return { failed: leaked || code !== 0, summary: counts && summarise(counts) };
}

function summarise({ passes, failures, pending }: Counts): string {
  return `${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}`;
}
