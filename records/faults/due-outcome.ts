import { faultKinds } from "./fault-kinds.ts";
import type { Fault } from "./spoil-records.ts";

/** What has become of a record. */
export type RecordOutcome =
  | { readonly kind: "row"; readonly error: string | null }
  | { readonly kind: "dead"; readonly reason: string };

/** Whether what has become of a record is what has to become of one with this fault (null: of a clean one). */
export function isDueOutcome(fault: Fault | null, outcome: RecordOutcome): boolean {
  const kind = fault === null ? null : faultKinds[fault.kind];
  if (kind?.scope === "message") return outcome.kind === "dead" && outcome.reason === kind.reason;
  if (outcome.kind === "dead") return false;
  if (kind?.scope !== "field" || !fault?.field) return outcome.error === null;
  // The one repair that is due, and no other beside it.
  return outcome.error !== null && new RegExp(`^${kind.repair(fault.field)}$`).test(outcome.error);
}
