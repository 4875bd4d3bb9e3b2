/** A run as the web service describes it, as far as the commands read it. Times are ISO 8601. */
export type Run = {
  readonly id: string;
  readonly status: "queued" | "running" | "paused" | "completed" | "cancelled" | "failed";
  /** null: it goes on until it is cancelled. */
  readonly requested: number | null;
  readonly produced: number;
  readonly stored: number;
  readonly flagged: number;
  readonly deadLettered: number;
  /** Records a second; null: as fast as can be. */
  readonly rate: number | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly error: string | null;
};

export function isOver({ status }: Run): boolean {
  return status === "completed" || status === "cancelled" || status === "failed";
}

/** Every requested record is either a row or a dead letter; of a run without an end every one that was produced. */
export function balances({ requested, produced, stored, deadLettered }: Run): boolean {
  return stored + deadLettered === (requested ?? produced);
}

/** Whether the run has come to the end that it should: a run without one is cancelled some day. */
export function hasSucceeded({ requested, status }: Run): boolean {
  return status === (requested === null ? "cancelled" : "completed");
}

/** Seconds from the request to the end of the run (or, where it goes on, to now). */
export function elapsedSeconds({ createdAt, finishedAt }: Run): number {
  return ((finishedAt ? Date.parse(finishedAt) : Date.now()) - Date.parse(createdAt)) / 1000;
}
