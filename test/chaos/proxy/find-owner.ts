import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A process at one end of a connection. */
export interface Owner {
  readonly name: string;
  readonly pid: number;
}

/** Which of the processes holds the socket that goes from one port of 127.0.0.1 to another; undefined where none does. */
export function findOwner(candidates: readonly Owner[], fromPort: number, toPort: number): Owner | undefined {
  const inode = findSocket(fromPort, toPort);
  return inode === undefined ? undefined : candidates.find(({ pid }) => holds(pid, inode));
}

/** See proc_pid_net(5): addresses and ports in hexadecimal, the socket's inode in the tenth column. */
function findSocket(fromPort: number, toPort: number): string | undefined {
  const from = endpoint(fromPort);
  const to = endpoint(toPort);
  for (const line of readFileSync("/proc/net/tcp", "utf8").split("\n")) {
    const columns = line.trim().split(/\s+/);
    if (columns[1] === from && columns[2] === to) return columns[9];
  }
  return undefined;
}

const endpoint = (port: number): string => `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;

function holds(pid: number, inode: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((fd) => readLink(`${folder}/${fd}`) === `socket:[${inode}]`);
  } catch {
    // It has just ended.
    return false;
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
