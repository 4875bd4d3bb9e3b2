import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export type Listener = { readonly pid: number; readonly name: string };

/** The state LISTEN in /proc/net/tcp, see proc(5). */
const listening = "0A";

/** Which process listens on a TCP port, as far as /proc (Linux) and this account's rights show it. */
export function listener(port: number): Listener | undefined {
  const sockets = new Set(
    ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) => listeningSockets(table, port)),
  );
  if (sockets.size === 0) return undefined;
  return list("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => list(`/proc/${pid}/fd`).some((fd) => sockets.has(link(`/proc/${pid}/fd/${fd}`) ?? "")))
    .map((pid) => ({ pid: Number(pid), name: programName(pid) }))[0];
}

function listeningSockets(table: string, port: number): string[] {
  return read(table)
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, local, , state]) => state === listening && Number.parseInt(local?.split(":")[1] ?? "", 16) === port,
    )
    .map((fields) => `socket:[${fields[9]}]`);
}

function programName(pid: string): string {
  return read(`/proc/${pid}/comm`).trim() || "a program";
}

// A process may end, and another account's may not be looked into, at any point: that is no error here.

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function link(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
