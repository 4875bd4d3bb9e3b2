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
  | "createdAt"
  | "finishedAt"
  | "error"
>;

export function isOver({ status }: Run): boolean {
  return status === "completed" || status === "cancelled" || status === "failed";
}

/** Every requested record is either a row or a dead letter. */
export function balances({ requested, stored, deadLettered }: Run): boolean {
  return stored + deadLettered === requested;
}

/** Seconds from the request to the end of the run (or, where it goes on, to now). */
export function elapsedSeconds({ createdAt, finishedAt }: Run): number {
  return ((finishedAt ? Date.parse(finishedAt) : Date.now()) - Date.parse(createdAt)) / 1000;
}
