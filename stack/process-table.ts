import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * When a process began, as a text that no other process of this machine has for the same number, not
 * even after a reboot; undefined where no such process runs (a zombie does not).
 */
export function startedAt(pid: number): string | undefined {
  if (process.platform !== "linux") {
    const { stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
    return stdout.trim() || undefined;
  }
  const fields = statFields(pid);
  if (!fields || fields.state === "Z" || fields.state === "X") return undefined;
  return `${bootId()} ${fields.startTicks}`;
}

/** @returns what throws for as long as the process that has this number now is there */
export function expectGone(pid: number): () => void {
  const started = startedAt(pid);
  return () => {
    if (started !== undefined && startedAt(pid) === started)
      throw new Error(`Process ${pid} is still there.`);
  };
}

/** See proc_pid_stat(5): the name in parentheses may hold spaces, so fields are counted from its end. */
function statFields(pid: number): { state: string; startTicks: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", startTicks: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}
