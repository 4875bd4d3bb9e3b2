import type { Queryable } from "../database/database.ts";
import { type Run, type RunRow, type RunStatus, runColumns, toRun } from "./run.ts";
import { notifyRunChanged } from "./run-changes.ts";

export type RunCommand = "cancel" | "pause" | "resume";

/** From which statuses a command leads to which one; a run that is there already stays as it is. */
const transitions: Readonly<
  Record<RunCommand, { readonly from: readonly RunStatus[]; readonly to: RunStatus }>
> = {
  cancel: { from: ["queued", "running", "paused"], to: "cancelled" },
  pause: { from: ["queued", "running"], to: "paused" },
  resume: { from: ["paused"], to: "running" },
};

export type Controlled =
  | { readonly kind: "done"; readonly run: Run }
  | { readonly kind: "refused"; readonly run: Run }
  | { readonly kind: "not_found" };

/**
 * Cancels, pauses or resumes a run. Takes effect at a chunk boundary: a chunk that is being made is made to its
 * end, no other is begun. Repeating a command that has taken effect is done, not refused.
 */
export async function controlRun(db: Queryable, id: string, command: RunCommand): Promise<Controlled> {
  const { from, to } = transitions[command];
  const { rows } = await db.query<RunRow>(
    `UPDATE runs
        SET status = $2,
            started_at = CASE WHEN $2 = 'running' THEN coalesce(started_at, clock_timestamp()) ELSE started_at END,
            finished_at = CASE WHEN $2 = 'cancelled' THEN clock_timestamp() END,
            -- The clock by which its records are due stands still meanwhile: a pause is not made up for.
            clock_from = clock_from + coalesce(clock_timestamp() - paused_at, interval '0'),
            paused_at = CASE WHEN $2 = 'paused' THEN clock_timestamp() END,
            was_paused = was_paused OR $2 = 'paused'
      WHERE id = $1 AND status = ANY ($3)
     RETURNING ${runColumns}`,
    [id, to, from],
  );
  if (rows[0] !== undefined) {
    await notifyRunChanged(db, [id]);
    return { kind: "done", run: toRun(rows[0]) };
  }
  const found = await db.query<RunRow>(`SELECT ${runColumns} FROM runs WHERE id = $1`, [id]);
  if (found.rows[0] === undefined) return { kind: "not_found" };
  const run = toRun(found.rows[0]);
  const already = run.status === to || (command === "resume" && run.status === "queued");
  return { kind: already ? "done" : "refused", run };
}

/** Ends a run whose records cannot be made, with the reason. A run that has ended stays as it is. */
export async function failRun(db: Queryable, id: string, error: string): Promise<void> {
  await db.query(
    `UPDATE runs SET status = 'failed', error = $2, finished_at = clock_timestamp()
      WHERE id = $1 AND status IN ('queued', 'running', 'paused')`,
    [id, error],
  );
  await notifyRunChanged(db, [id]);
}
