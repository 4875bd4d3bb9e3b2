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

/** Whether a run is already where a command leads. */
export const isWhereItLeads = (command: RunCommand, { status }: Pick<Run, "status">): boolean =>
  status === transitions[command].to || (command === "resume" && status === "queued");

/**
 * Cancels, pauses or resumes a run. Takes effect at a chunk boundary: a chunk that is being made is made to its
 * end, no other is begun. Repeating a command that has taken effect is done, not refused.
 */
export async function controlRun(db: Queryable, id: string, command: RunCommand): Promise<Controlled> {
  const [changed] = await changeStatus(db, [id], command);
  if (changed !== undefined) return { kind: "done", run: changed };
  const found = await db.query<RunRow>(`SELECT ${runColumns} FROM runs WHERE id = $1`, [id]);
  if (found.rows[0] === undefined) return { kind: "not_found" };
  const run = toRun(found.rows[0]);
  return { kind: isWhereItLeads(command, run) ? "done" : "refused", run };
}

/** Carries a command out on those of many runs to which it applies, at once. @returns them */
export async function changeStatus(
  db: Queryable,
  ids: readonly string[],
  command: RunCommand,
): Promise<readonly Run[]> {
  const { from, to } = transitions[command];
  // Locked in the order in which consumers lock runs, before any is changed: no two can wait for each other.
  const { rows } = await db.query<RunRow>(
    `WITH wanted (wanted_id) AS MATERIALIZED (
       SELECT id FROM runs WHERE id = ANY ($1::uuid[]) AND status = ANY ($3) ORDER BY id FOR NO KEY UPDATE)
     UPDATE runs
        SET status = $2,
            started_at = CASE WHEN $2 = 'running' THEN coalesce(started_at, clock_timestamp()) ELSE started_at END,
            finished_at = CASE WHEN $2 = 'cancelled' THEN clock_timestamp() END,
            -- The clock by which its records are due stands still meanwhile: a pause is not made up for. Instants do not wait.
            clock_from = CASE WHEN shape->>'kind' = 'realtime' THEN clock_from
                              ELSE clock_from + coalesce(clock_timestamp() - paused_at, interval '0') END,
            paused_at = CASE WHEN $2 = 'paused' THEN clock_timestamp() END,
            was_paused = was_paused OR $2 = 'paused'
       FROM wanted
      WHERE id = wanted_id AND status = ANY ($3)
     RETURNING ${runColumns}`,
    [ids, to, from],
  );
  if (rows.length > 0)
    await notifyRunChanged(
      db,
      rows.map(({ id }) => id),
    );
  return rows.map(toRun);
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
