import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { startedAt } from "./process-table.ts";

/**
 * `pids/NAME.pid` holds a process's number alone, as a shell wants it. A number is given again to other
 * processes, so `pids/NAME.started` beside it says when ours began: only both together prove that a
 * process is ours and may be signalled.
 */
export function writeProcess(directory: string, name: string, pid: number): void {
  mkdirSync(path.join(directory, "pids"), { recursive: true });
  writeFileSync(file(directory, name, "started"), `${startedAt(pid) ?? ""}\n`);
  writeFileSync(file(directory, name, "pid"), `${pid}\n`);
}

/** The number of the process written under this name, where it still runs. */
export function readProcess(directory: string, name: string): number | undefined {
  const pid = Number(read(file(directory, name, "pid")));
  if (!Number.isInteger(pid) || pid < 1) return undefined;
  const started = startedAt(pid);
  return started !== undefined && started === read(file(directory, name, "started")) ? pid : undefined;
}

export function removeProcess(directory: string, name: string): void {
  rmSync(file(directory, name, "pid"), { force: true });
  rmSync(file(directory, name, "started"), { force: true });
}

/** Every name under which a process is written. */
export function processNames(directory: string): string[] {
  try {
    return readdirSync(path.join(directory, "pids"))
      .filter((entry) => entry.endsWith(".pid"))
      .map((entry) => entry.slice(0, -".pid".length));
  } catch {
    return [];
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}

function file(directory: string, name: string, extension: "pid" | "started"): string {
  return path.join(directory, "pids", `${name}.${extension}`);
}
