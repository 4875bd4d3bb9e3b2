import { together } from "./follow-dataset.ts";
import { balances, type Run } from "./run.ts";
import { formatCount, recordsPerSecond } from "./run-progress.ts";
import type { Dataset, DatasetAudit } from "./web-client.ts";

/** The ledgers of a dataset's runs, a line each, as text for a terminal. */
export function describeDataset(dataset: Dataset): string {
  const counts = (run: Run): readonly string[] =>
    [run.requested ?? 0, run.stored, run.flagged, run.deadLettered].map(formatCount);
  const rows = [
    ["", "requested", "stored", "flagged", "dead-lettered", "balanced"],
    ...dataset.runs.map((run) => [run.type, ...counts(run), balances(run) ? "yes" : "no"]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  "),
  );
  const all = together(dataset);
  return [
    `Dataset ${dataset.id} ${dataset.status}: ${formatCount(all.stored)} records, ${formatCount(recordsPerSecond(all))} a second`,
    "",
    ...lines.map((line) => `  ${line}`),
  ].join("\n");
}

/** Each relation that was looked at, a line each, with the first rows for which it does not hold. */
export function describeAudit({ holds, relations }: DatasetAudit): string {
  if (relations.length === 0) return "Its types are not related to one another: there is nothing to compare.";
  return [
    holds
      ? `Its rows hang together: all ${relations.length} relations hold.`
      : "Its rows do not hang together.",
    "",
    ...relations.flatMap(({ holds, sentence, checked, violations }) => [
      `  ${holds ? "ok  " : "FAIL"}  ${sentence} (${formatCount(checked)} rows)`,
      ...violations.map((violation) => `          ${JSON.stringify(violation)}`),
    ]),
  ].join("\n");
}
