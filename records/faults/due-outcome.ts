import { faultKinds } from "./fault-kinds.ts";
import type { RecordOutcome } from "./field-faults.ts";
import type { Fault } from "./spoiled-record.ts";

/** Whether what has become of a record is what has to become of one with this fault (null: of a clean one). */
export function isDueOutcome(fault: Fault | null, outcome: RecordOutcome): boolean {
  const kind = fault === null ? null : faultKinds[fault.kind];
  if (kind?.scope === "message") return outcome.kind === "dead" && outcome.reason === kind.reason;
  if (fault?.field) return fault.field.isDue(outcome);
  return outcome.kind === "row" && outcome.error === null;
}
