import { readFileSync } from "node:fs";

/** The most memory that a process has had since it began, in megabytes; Linux only. */
export function peakMegabytes(pid: number): number {
  return readMegabytes(pid, "VmHWM");
}

/** What a process has of its own, without files and what it shares with others, such as PostgreSQL's buffers. */
export function ownMegabytes(pid: number): number {
  return readMegabytes(pid, "RssAnon");
}

function readMegabytes(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
  if (kilobytes === undefined) throw new Error(`/proc/${pid}/status says nothing of ${name}`);
  return Number(kilobytes) / 1024;
}
