import { balances, elapsedSeconds, type Run } from "./run.ts";
import { formatCount, recordsPerSecond } from "./run-progress.ts";

/** A run's ledger and throughput, as text for a terminal. */
export function describeRun(run: Run, webUrl: string): string {
  const counts = { ...pick(run), "dead-lettered": run.deadLettered };
  const width = Math.max(...Object.values(counts).map((count) => formatCount(count).length));
  const lines = Object.entries(counts).map(
    ([label, count]) => `  ${label.padEnd(15)}${formatCount(count).padStart(width)}`,
  );
  return [
    `Run ${run.id} ${run.status}${run.error ? `: ${run.error}` : ""}`,
    "",
    ...lines,
    `  ${"balanced".padEnd(15)}${balances(run) ? "yes" : "no"} (stored + dead-lettered ${balances(run) ? "=" : "≠"} requested)`,
    "",
    `  ${"elapsed".padEnd(15)}${elapsedSeconds(run).toFixed(1)} s`,
    `  ${"throughput".padEnd(15)}${formatCount(recordsPerSecond(run))} records/s`,
    `  ${"page".padEnd(15)}${webUrl}/runs/${run.id}`,
  ].join("\n");
}

function pick({ requested, produced, stored, flagged }: Run) {
  return { requested, produced, stored, flagged };
}
