import { balances, elapsedSeconds, type Run } from "./run.ts";
import { formatCount, recordsPerSecond } from "./run-progress.ts";

/** A run's ledger and throughput, as text for a terminal. */
export function describeRun(run: Run, webUrl: string): string {
  const { requested, produced, stored, flagged, deadLettered } = run;
  const counts = { produced, stored, flagged, "dead-lettered": deadLettered };
  const texts = Object.entries(counts).map(([label, count]) => [label, formatCount(count)] as const);
  texts.unshift(["requested", requested === null ? "endless" : formatCount(requested)]);
  const width = Math.max(...texts.map(([, text]) => text.length));
  const lines = texts.map(([label, text]) => `  ${label.padEnd(15)}${text.padStart(width)}`);
  const target = requested === null ? "produced" : "requested";
  return [
    `Run ${run.id} ${run.status}${run.error ? `: ${run.error}` : ""}`,
    "",
    ...lines,
    `  ${"balanced".padEnd(15)}${balances(run) ? "yes" : "no"} (stored + dead-lettered ${balances(run) ? "=" : "≠"} ${target})`,
    "",
    `  ${"elapsed".padEnd(15)}${elapsedSeconds(run).toFixed(1)} s`,
    `  ${"throughput".padEnd(15)}${formatCount(recordsPerSecond(run))} records/s`,
    `  ${"page".padEnd(15)}${webUrl}/runs/${run.id}`,
  ].join("\n");
}
