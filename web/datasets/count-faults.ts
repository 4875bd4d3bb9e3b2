import { isRealtime, type Pace, recordsWithin } from "../../ledger/runs/pace.ts";
import type { PlannedType } from "../../records/plan-dataset.ts";
import type { RecordType } from "../../records/record-type.ts";
import type { FieldError } from "../http/problem.ts";
import type { RunLimits } from "../runs/request/settle-run.ts";
import type { DatasetRequest } from "./parse-dataset-request.ts";

type Planned = Pick<PlannedType, "type" | "count">;

export const isSeries = ({ relations }: RecordType): boolean => relations.belongsTo?.kind === "series";

const text = (count: number): string => count.toLocaleString("en");

/** More records than there may be, of one type or of all. */
export function findCountFaults(
  planned: readonly Pick<PlannedType, "type" | "messages">[],
  { maxRecordsPerRun, maxQueuedRecords }: RunLimits,
): readonly FieldError[] {
  const errors = planned.flatMap(({ type, messages }) => {
    if (messages === null || messages <= maxRecordsPerRun) return [];
    const message = `comes to ${text(messages)}, and must be at most ${text(maxRecordsPerRun)}`;
    return [{ field: `types.${type.name}.count`, message }];
  });
  const sum = planned.reduce((total, { messages }) => total + (messages ?? 0), 0);
  if (errors.length > 0 || sum <= maxQueuedRecords) return errors;
  const most = text(maxQueuedRecords);
  return [
    { field: "types", message: `come to ${text(sum)} records, and at most ${most} may be waiting at a time` },
  ];
}

/** What is asked of all time series, needs one. */
export function findSwitchFaults(
  { realtime, endless }: Pick<DatasetRequest, "realtime" | "endless">,
  planned: readonly Planned[],
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (realtime === true && !planned.some(({ type }) => isSeries(type)))
    errors.push({ field: "realtime", message: "is of time series (x-record: {seriesOf: …}); there is none" });
  if (endless === true && !planned.some(({ type, count }) => isSeries(type) && count === null)) {
    const message =
      "is of time series (x-record: {seriesOf: …}) of which nothing else follows, and no count is asked; there is none";
    errors.push({ field: "endless", message });
  }
  return errors;
}

/** Readings of instants that have passed come at once: those of a series without an end are bounded by nothing else. */
export function findBacklogFaults(
  settled: readonly (Planned & { readonly pace: Pace | null })[],
  referenceDate: Date,
  { maxRecordsPerRun }: RunLimits,
): readonly FieldError[] {
  const passedSeconds = Math.max(0, (Date.now() - referenceDate.getTime()) / 1_000);
  return settled.flatMap(({ type, count, pace }) => {
    if (count !== null || pace === null || !isRealtime(pace)) return [];
    const overdue = Math.floor(recordsWithin(pace, 0, passedSeconds));
    if (overdue <= maxRecordsPerRun) return [];
    const message = `is so long ago that ${text(overdue)} readings of ${type.name} are overdue, and at most ${text(maxRecordsPerRun)} may be; name a later one`;
    return [{ field: "referenceDate", message }];
  });
}

/** Records are of none where there are none. */
export function findEmptyTargets(settled: readonly Planned[]): readonly FieldError[] {
  const none = new Set(settled.filter(({ count }) => count === 0).map(({ type }) => type.name));
  return settled
    .filter(({ count }) => count !== 0)
    .flatMap(({ type: { name, relations } }) => {
      const { belongsTo, links } = relations;
      const readings =
        belongsTo?.kind === "series" && none.has(belongsTo.of)
          ? [`they are of records of ${belongsTo.of}`]
          : [];
      const references = links
        .filter((link) => link.kind === "ref" && link.type !== name && none.has(link.type))
        .map((link) => `${link.from} refers to records of ${link.type}`);
      return [...readings, ...references].map((why) => ({
        field: `types.${name}.count`,
        message: `must be 0: ${why}, of which there are none`,
      }));
    });
}
