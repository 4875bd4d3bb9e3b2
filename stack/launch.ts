import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { findProgram } from "./install/find-program.ts";
import type { Service } from "./service.ts";
import { projectRoot } from "./settings.ts";

/** A log larger than this is set aside (one generation) when its program starts. */
const maxLogBytes = 20 * 1024 * 1024;

export type Exit = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why the program could not even be started. */
  readonly error?: Error;
};

export type Launched = {
  readonly pid: number;
  /** Settles once the program has ended. Never rejects. */
  readonly exited: Promise<Exit>;
  readonly hasExited: () => boolean;
};

/**
 * Starts the service's program as leader of a process group of its own, with its output appended to
 * `logFile`. A Ctrl-C in the terminal does not reach it: in which order things end is for the caller. What
 * still runs when this process exits is killed.
 *
 * @param diesWithParent have the kernel (Linux) kill it when this process ends in whatever way
 */
export async function launch(
  service: Service,
  logFile: string,
  { diesWithParent = false }: { readonly diesWithParent?: boolean } = {},
): Promise<Launched> {
  mkdirSync(path.dirname(logFile), { recursive: true });
  if (existsSync(logFile) && statSync(logFile).size > maxLogBytes) renameSync(logFile, `${logFile}.1`);
  const log = openSync(logFile, "a");
  try {
    const [command, ...args] = diesWithParent ? tieToParent(service) : [service.command, ...service.args];
    const child = spawn(command, args, {
      cwd: projectRoot,
      detached: true,
      stdio: ["ignore", log, log],
      env: service.environment,
    });
    const exited = new Promise<Exit>((resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal }));
    });
    killAtExit(child);
    const pid = await spawnedPid(child);
    return { pid, exited, hasExited: () => child.exitCode !== null || child.signalCode !== null };
  } finally {
    closeSync(log);
  }
}

/** Groups whose leader runs. */
const groups = new Set<number>();

/** From the moment of its start, which is before anybody has it in hand who could end it. */
function killAtExit(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (groups.size === 0) process.once("exit", killAllGroups);
  groups.add(pid);
  child.once("exit", () => {
    groups.delete(pid);
    if (groups.size === 0) process.removeListener("exit", killAllGroups);
  });
}

function killAllGroups(): void {
  for (const leader of groups) killGroup(leader);
}

/** Tells a launched program to stop; kills it, and whatever else is left in its group, when it does not. */
export async function end(
  launched: Launched,
  how: { readonly signal: NodeJS.Signals; readonly timeoutMs: number; readonly wholeGroup?: boolean },
): Promise<"stopped" | "killed"> {
  if (how.wholeGroup) signalProcess(-launched.pid, how.signal);
  else if (!launched.hasExited()) signalProcess(launched.pid, how.signal);
  let timer: NodeJS.Timeout | undefined;
  const outcome = await Promise.race([
    (how.wholeGroup ? groupGone(launched, how.timeoutMs) : launched.exited).then(() => "stopped" as const),
    new Promise<"killed">((resolve) => {
      timer = setTimeout(() => resolve("killed"), how.timeoutMs);
    }),
  ]);
  clearTimeout(timer);
  killGroup(launched.pid);
  await launched.exited;
  return outcome;
}

/** Resolves once no process of the group is left, its leader included; in any case soon after the time is up. */
async function groupGone(launched: Launched, timeoutMs: number): Promise<void> {
  await launched.exited;
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline && isThere(-launched.pid)) await pause(100);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Kills every process of a group at once. No group, no complaint. */
export function killGroup(leader: number): void {
  signalProcess(-leader, "SIGKILL");
}

export function describeExit({ code, signal, error }: Exit): string {
  if (error) return `an error: ${error.message}`;
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}

/** Sends a signal to a process (or, with a negative number, a group) that may be gone already. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function tieToParent({ command, args }: Service): readonly [string, ...string[]] {
  const setpriv = findProgram("setpriv");
  if (process.platform !== "linux" || setpriv === undefined) return [command, ...args];
  const tie = ["--pdeathsig", "KILL"];
  // A change of account undoes the tie, so it must be the same setpriv that makes both.
  return command === "setpriv" ? [setpriv, ...tie, ...args] : [setpriv, ...tie, "--", command, ...args];
}

function spawnedPid(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => {
      if (child.pid !== undefined) resolve(child.pid);
    });
  });
}
