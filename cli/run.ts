import type { components } from "./api-types.ts";

/** A run as the web service describes it, as far as the commands read it. Times are ISO 8601. */
export type Run = Pick<
  components["schemas"]["Run"],
  | "id"
  | "status"
  | "requested"
  | "produced"
  | "stored"
  | "flagged"
  | "deadLettered"
  | "rate"
  | "createdAt"
  | "finishedAt"
  | "error"
>;

export function isOver({ status }: Run): boolean {
  return status === "completed" || status === "cancelled" || status === "failed";
}

/** Records that have their outcome. */
export function accountedFor({ stored, deadLettered }: Run): number {
  return stored + deadLettered;
}

/** Every requested record is either a row or a dead letter; of a run without an end every one that was produced. */
export function balances(run: Run): boolean {
  return accountedFor(run) === (run.requested ?? run.produced);
}

/** Whether the run has come to the end that it should: a run without one is cancelled some day. */
export function hasSucceeded({ requested, status }: Run): boolean {
  return status === (requested === null ? "cancelled" : "completed");
}

/** Seconds from the request to the end of the run (or, where it goes on, to now). */
export function elapsedSeconds({ createdAt, finishedAt }: Run): number {
  return ((finishedAt ? Date.parse(finishedAt) : Date.now()) - Date.parse(createdAt)) / 1000;
}
