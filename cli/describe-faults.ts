import type { OutcomeCount } from "../ledger/audit/compare-records.ts";
import { type FaultName, faultKinds } from "../records/faults/fault-kinds.ts";

/** How well the pipeline's validator has told faulty messages from well ones, held against their labels. */
export interface ValidatorMeasure {
  /** Records that are spoiled so that a validator has to say something: neither clean nor duplicates, late ones or orphans. */
  readonly dirty: number;
  /** Of those, the ones that were flagged or dead-lettered. */
  readonly found: number;
  /** Clean, duplicate, late or orphaned records that were flagged or dead-lettered. */
  readonly falseAlarms: number;
  /** Share of the alarms that were right; null where there was none. */
  readonly precision: number | null;
  /** Share of the dirty records that were found; null where there was none. */
  readonly recall: number | null;
}

export function measureValidator(counts: readonly OutcomeCount[]): ValidatorMeasure {
  let dirty = 0;
  let found = 0;
  let falseAlarms = 0;
  for (const { fault, stored, flagged, deadLettered } of counts) {
    const alarms = flagged + deadLettered;
    if (fault === "none" || !isDirty(fault)) {
      falseAlarms += alarms;
    } else {
      dirty += stored + alarms;
      found += alarms;
    }
  }
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  return {
    dirty,
    found,
    falseAlarms,
    precision: share(found, found + falseAlarms),
    recall: share(found, dirty),
  };
}

/** Whether who validates single messages can tell: of duplicates, late ones and orphans each is well by itself. */
const isDirty = (fault: FaultName): boolean =>
  faultKinds[fault].scope === "field" || faultKinds[fault].scope === "message";

/** Kind of fault by outcome, as a table for a terminal. */
export function describeFaults(counts: readonly OutcomeCount[]): string {
  const number = (count: number): string => (count === 0 ? "-" : count.toLocaleString("en"));
  const header = ["fault", "stored", "flagged", "dead letters"];
  const rows = counts.map(({ fault, stored, flagged, deadLettered }) => [
    fault,
    number(stored),
    number(flagged),
    number(deadLettered),
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ");
  const { dirty, found, falseAlarms, precision, recall } = measureValidator(counts);
  const verdict =
    `Precision ${percent(precision)}, recall ${percent(recall)}: of ${dirty.toLocaleString("en")} dirty records ` +
    `${found.toLocaleString("en")} were flagged or dead-lettered, and ${falseAlarms.toLocaleString("en")} others.`;
  return [...[header, ...rows].map(line), "", verdict].join("\n");
}

const percent = (share: number | null): string =>
  share === null ? "-" : `${Number((share * 100).toFixed(3))} %`;
