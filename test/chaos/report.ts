import type { Verdict } from "./verdict.ts";

export interface Recovery {
  readonly fault: string;
  readonly sentence: string;
  /** From the fault's end to the completion of a run sent then; null: not within 60 seconds. */
  readonly seconds: number | null;
}

export interface Report {
  readonly seed: number;
  readonly minutes: number;
  readonly brokers: number;
  /** Faults that could not be tried here, each with the reason. */
  readonly leftOut: readonly string[];
  readonly runs: number;
  readonly datasets: number;
  readonly recoveries: readonly Recovery[];
  readonly verdict: Verdict;
}

/** Prints what was done and what came of it. @returns the exit code */
export function printReport(report: Report, asJson: boolean): number {
  const { recoveries, verdict } = report;
  const late = recoveries.filter(({ seconds }) => seconds === null);
  const holds =
    verdict.violations.length === 0 && verdict.lost === 0 && verdict.doubled === 0 && late.length === 0;
  if (asJson) {
    console.log(JSON.stringify({ ...report, holds }, null, 2));
    return holds ? 0 : 1;
  }
  console.log("\nfault                                   times  back after (median, longest)");
  for (const fault of new Set(recoveries.map((recovery) => recovery.fault))) {
    const times = recoveries
      .filter((recovery) => recovery.fault === fault)
      .map(({ seconds }) => seconds ?? Infinity);
    times.sort((a, b) => a - b);
    const middle = times[Math.floor(times.length / 2)] ?? Number.NaN;
    console.log(
      `${fault.padEnd(40)}${String(times.length).padStart(5)}  ${format(middle)}, ${format(times.at(-1) ?? middle)}`,
    );
  }
  console.log(`
faults injected   ${recoveries.length}
runs              ${report.runs}
datasets          ${report.datasets}
records           ${verdict.records.toLocaleString("en")}
lost              ${verdict.lost}
doubled           ${verdict.doubled}
orphans           ${verdict.orphans}
not back in time  ${late.length}
seed              ${report.seed}`);
  for (const line of report.leftOut) console.log(`left out          ${line}`);
  for (const violation of verdict.violations.slice(0, 20)) console.log(`VIOLATION  ${violation}`);
  console.log(holds ? "\nEverything held." : "\nSomething did not hold.");
  return holds ? 0 : 1;
}

function format(seconds: number): string {
  return Number.isFinite(seconds) ? `${seconds.toFixed(1)} s` : "never";
}
