import { balances, elapsedSeconds, type Run } from "./run.ts";
import { formatCount, recordsPerSecond } from "./run-progress.ts";

/** A run's ledger and throughput, as text for a terminal. */
export function describeRun(run: Run, webUrl: string): string {
  const counts = Object.entries({ ...pick(run), "dead-lettered": run.deadLettered }).map(
    ([label, count]) => [label, count === null ? "endless" : formatCount(count)] as const,
  );
  const width = Math.max(...counts.map(([, count]) => count.length));
  const lines = counts.map(([label, count]) => `  ${label.padEnd(15)}${count.padStart(width)}`);
  return [
    `Run ${run.id} ${run.status}${run.error ? `: ${run.error}` : ""}`,
    "",
    ...lines,
    ...(run.requested === null ? [] : [balanceLine(run)]),
    "",
    `  ${"elapsed".padEnd(15)}${elapsedSeconds(run).toFixed(1)} s`,
    `  ${"throughput".padEnd(15)}${formatCount(recordsPerSecond(run))} records/s`,
    `  ${"page".padEnd(15)}${webUrl}/runs/${run.id}`,
  ].join("\n");
}

const balanceLine = (run: Run): string =>
  `  ${"balanced".padEnd(15)}${balances(run) ? "yes" : "no"} (stored + dead-lettered ${balances(run) ? "=" : "≠"} requested)`;

function pick({ requested, produced, stored, flagged }: Run) {
  return { requested, produced, stored, flagged };
}
