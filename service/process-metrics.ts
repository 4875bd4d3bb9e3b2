import type { StatsFs } from "node:fs";
import { statfs } from "node:fs/promises";
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";

/**
 * Collects Node's and the operating system's figures from the first time that somebody asks for metrics: to know how late the
 * event loop is takes a timer of 10 ms, which would be most of what an idle process does.
 */
class ProcessRegistry extends Registry {
  #collecting = false;

  override metrics(): Promise<string> {
    if (!this.#collecting) collectDefaultMetrics({ register: this });
    this.#collecting = true;
    return super.metrics();
  }
}

/** What every process tells of itself: Node's and the operating system's figures, and the disk that it stands on. */
export function createProcessRegistry(): Registry {
  const registry = new ProcessRegistry();
  const ofDisk = (name: string, help: string, read: (disk: StatsFs) => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(read(await statfs(".")));
      },
    });
  };
  ofDisk(
    "synthetic_disk_size_bytes",
    "Size of the file system on which the process runs",
    ({ blocks, bsize }) => blocks * bsize,
  );
  ofDisk(
    "synthetic_disk_available_bytes",
    "Free space of the file system on which the process runs; of the host's disk in a container",
    ({ bavail, bsize }) => bavail * bsize,
  );
  return registry;
}

/** pino's numbers of the levels that somebody should hear of. */
const levelNames = new Map([
  [40, "warn"],
  [50, "error"],
  [60, "fatal"],
]);

/** Counts the log's warnings and errors. @returns what is to be told the level of each line */
export function countLogLines(registry: Registry): (level: number) => void {
  const lines = new Counter({
    name: "synthetic_log_lines_total",
    help: "Lines of the log that warn of something, by level",
    labelNames: ["level"],
    registers: [registry],
  });
  // A counter that is not there yet would hide its first increase from Prometheus.
  for (const level of levelNames.values()) lines.inc({ level }, 0);
  return (number) => {
    const level = levelNames.get(number);
    if (level !== undefined) lines.inc({ level });
  };
}
