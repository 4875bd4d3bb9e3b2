import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { untilAborted } from "./interrupt.ts";
import { say } from "./say.ts";
import { projectRoot } from "./settings.ts";

/** How long mocha may go on after its last test, which is a connection or timer that a test left behind. */
const leakTimeoutMs = 20_000;

type Counts = { readonly passes: number; readonly failures: number; readonly pending: number };

type MochaRun = {
  readonly failed: boolean;
  /** Undefined where mocha did not come to its end. */
  readonly counts: Counts | undefined;
};

export type TestRun = {
  readonly failed: boolean;
  /** "N passed, N failed"; undefined where mocha did not come to its end. */
  readonly summary: string | undefined;
};

/**
 * Runs mocha, with its output on this process's, once for each lane, one after the other.
 * @param lanes the arguments of each
 */
export async function runLanes(
  lanes: readonly (readonly string[])[],
  environment: NodeJS.ProcessEnv,
  interrupt: AbortSignal,
): Promise<TestRun> {
  const runs: MochaRun[] = [];
  for (const args of lanes) {
    if (interrupt.aborted) break;
    runs.push(await runMocha(args, environment, interrupt));
  }
  const counts = runs.flatMap((run) => run.counts ?? []);
  return {
    failed: interrupt.aborted || runs.some(({ failed }) => failed),
    summary: counts.length === lanes.length ? summarise(counts) : undefined,
  };
}

async function runMocha(
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
  return { failed: leaked || code !== 0, counts };
}

function summarise(runs: readonly Counts[]): string {
  const total = (kind: keyof Counts): number => runs.reduce((sum, counts) => sum + counts[kind], 0);
  const pending = total("pending");
  return `${total("passes")} passed, ${total("failures")} failed${pending > 0 ? `, ${pending} skipped` : ""}`;
}
