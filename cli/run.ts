/** A run as the web service describes it, as far as the commands read it. Times are ISO 8601. */
export type Run = {
  readonly id: string;
  readonly status: "queued" | "running" | "paused" | "completed" | "cancelled" | "failed";
  /** Null for a run without an end. */
  readonly requested: number | null;
  readonly produced: number;
  readonly stored: number;
  readonly flagged: number;
  readonly deadLettered: number;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly error: string | null;
};

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
