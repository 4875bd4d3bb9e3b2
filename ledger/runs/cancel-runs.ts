import type { Queryable } from "../database/database.ts";
import { changeStatus } from "./control-run.ts";
import { listRuns, type RunFilter } from "./list-runs.ts";
import { isTerminal, type RunStatus } from "./run.ts";

/** What became of each run that was to be cancelled, by its id. */
export interface CancelledRuns {
  /** Those that are cancelled now, whether they were before or not. */
  readonly cancelled: readonly string[];
  /** Those that had come to another end. */
  readonly ended: readonly { readonly id: string; readonly status: RunStatus }[];
  /** Ids of no run. */
  readonly unknown: readonly string[];
}

/**
 * Cancels many runs at once, all of them or, where the database fails, none. As with one, a chunk that is being made is
 * made to its end and what is stored stays.
 * @param dryRun only tells what would become of them
 */
export async function cancelRuns(
  db: Queryable,
  ids: readonly string[],
  { dryRun }: { readonly dryRun: boolean },
): Promise<CancelledRuns> {
  if (!dryRun) await changeStatus(db, ids, "cancel");
  const { rows } = await db.query<{ id: string; status: RunStatus }>(
    "SELECT id, status FROM runs WHERE id = ANY ($1::uuid[])",
    [ids],
  );
  const statuses = new Map(rows.map(({ id, status }) => [id, status]));
  const known = ids.flatMap((id) => {
    const status = statuses.get(id);
    return status === undefined ? [] : [{ id, status }];
  });
  const isCancelled = (status: RunStatus): boolean =>
    status === "cancelled" || (dryRun && !isTerminal(status));
  return {
    cancelled: known.filter(({ status }) => isCancelled(status)).map(({ id }) => id),
    ended: known.filter(({ status }) => !isCancelled(status)),
    unknown: ids.filter((id) => !statuses.has(id)),
  };
}

/** Ids of unfinished runs that a filter lets through, the newest first. */
export async function listCancellable(db: Queryable, filter: RunFilter, limit: number): Promise<string[]> {
  const statuses =
    filter.status === null ? (["queued", "running", "paused"] as const) : ([filter.status] as const);
  const pages = await Promise.all(
    statuses.map((status) => listRuns(db, { ...filter, status, order: "newest", limit, before: null })),
  );
  return pages
    .flatMap(({ runs }) => runs.map(({ id }) => id))
    .sort()
    .reverse()
    .slice(0, limit);
}
