import { readdirSync, readFileSync } from "node:fs";
import { processNames, readProcess } from "../stack/pid-files.ts";

/** What a stack's processes have used so far, by their names; PostgreSQL's with those that it has started. */
export interface Usage {
  readonly cpuSeconds: ReadonlyMap<string, number>;
  /** Most memory that was resident at a time. Of PostgreSQL only its own, not what its processes share. */
  readonly peakMegabytes: ReadonlyMap<string, number>;
}

/** Linux's clock ticks a second, everywhere. */
const ticksPerSecond = 100;

/** Reads Linux's /proc; elsewhere there is nothing to be read. */
export function readUsage(stackDirectory: string): Usage {
  const cpuSeconds = new Map<string, number>();
  const peakMegabytes = new Map<string, number>();
  for (const name of processNames(stackDirectory)) {
    const pid = readProcess(stackDirectory, name);
    if (pid === undefined || name === "stack" || process.platform !== "linux") continue;
    const [own, ended] = readCpuSeconds(pid);
    const children = name === "postgres" ? childrenOf(pid) : [];
    const running = children.reduce((sum, child) => sum + readCpuSeconds(child)[0], 0);
    cpuSeconds.set(name, own + running + (name === "postgres" ? ended : 0));
    peakMegabytes.set(name, readPeakMegabytes(pid));
  }
  return { cpuSeconds, peakMegabytes };
}

/** CPU seconds between two readings for each 100,000 records, as figures of a measurement. */
export function cpuFigures(before: Usage, after: Usage, records: number): Record<string, number> {
  const figures: [string, number][] = [];
  for (const [name, seconds] of after.cpuSeconds) {
    const spent = seconds - (before.cpuSeconds.get(name) ?? 0);
    figures.push([`${name}CpuSecondsPer100k`, Math.round((spent / records) * 1e7) / 100]);
  }
  const total = figures.reduce((sum, [, figure]) => sum + figure, 0);
  return { ...Object.fromEntries(figures), allCpuSecondsPer100k: Math.round(total * 100) / 100 };
}

export function memoryFigures({ peakMegabytes }: Usage): Record<string, number> {
  return Object.fromEntries(
    [...peakMegabytes].map(([name, megabytes]) => [`${name}PeakMegabytes`, megabytes]),
  );
}

/** CPU seconds of a process, and of those of its children that have ended. */
function readCpuSeconds(pid: number): readonly [number, number] {
  const fields = statOf(pid);
  const ticks = (index: number): number => Number(fields[index] ?? 0);
  return [(ticks(11) + ticks(12)) / ticksPerSecond, (ticks(13) + ticks(14)) / ticksPerSecond];
}

/** Fields of /proc/PID/stat from the third on: the second, the program's name, may hold spaces. */
function statOf(pid: number | string): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    // It has ended.
    return [];
  }
}

function childrenOf(pid: number): number[] {
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  return pids.filter((entry) => statOf(entry)[1] === String(pid)).map(Number);
}

function readPeakMegabytes(pid: number): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Math.round(Number(kilobytes ?? 0) / 1024);
  } catch {
    return 0;
  }
}
