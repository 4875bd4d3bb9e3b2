import type { Queryable } from "../database/database.ts";
import { type Run, type RunRow, type RunStatus, runColumns, toRun } from "./run.ts";
import type { RunSearch } from "./run-search.ts";

/** `longest` begins with runs that have not ended, the oldest first; those that have not begun come last. */
export const runOrders = ["newest", "oldest", "largest", "longest"] as const;
export type RunOrder = (typeof runOrders)[number];

export interface RunFilter {
  /** Name of a type of records. */
  readonly type: string | null;
  readonly status: RunStatus | null;
  readonly search: RunSearch | null;
  /** Id of a dataset. */
  readonly dataset?: string | null;
}

export interface RunPage {
  readonly runs: readonly Run[];
  /** Pass as `before` to get the next page; null on the last one. */
  readonly nextBefore: string | null;
}

// What is not asked for is NULL, and PostgreSQL, which plans each of these with its values, leaves it out of the plan.
const filterCondition = `
      ($1::text IS NULL OR status = $1)
  AND ($2::text IS NULL
       OR id BETWEEN $3::uuid AND $4::uuid
       OR reverse(id::text) LIKE $5
       OR seed = $6::bigint
       OR fields @> $7::text[]
       OR (error IS NOT NULL AND error ILIKE $2))
  AND ($8::text IS NULL OR record_type = $8)
  AND ($9::uuid IS NULL OR dataset_id = $9)`;

function filterValues({ type, status, search, dataset = null }: RunFilter): unknown[] {
  if (search === null) return [status, null, null, null, null, null, null, type, dataset];
  const { idFrom, idTo, idEnd, seed, field, error } = search;
  const reversedEnd = idEnd === null ? null : `${[...idEnd].reverse().join("")}%`;
  const errorPattern = `%${error.replaceAll(/[\\%_]/g, "\\$&")}%`;
  return [
    status,
    errorPattern,
    idFrom,
    idTo,
    reversedEnd,
    seed,
    field === null ? null : [field],
    type,
    dataset,
  ];
}

/** Ids grow with time (UUID version 7). Each order ends in the id, and each has an index (`runs_by_…`). */
const statements: Readonly<Record<RunOrder, string>> = {
  newest: `
    SELECT ${runColumns} FROM runs
     WHERE ${filterCondition} AND ($10::uuid IS NULL OR id < $10)
     ORDER BY id DESC LIMIT $11`,
  oldest: `
    SELECT ${runColumns} FROM runs
     WHERE ${filterCondition} AND ($10::uuid IS NULL OR id > $10)
     ORDER BY id LIMIT $11`,
  largest: `
    SELECT ${runColumns} FROM runs
     WHERE ${filterCondition}
       AND ($10::uuid IS NULL OR (coalesce(requested, 9223372036854775807), id)
            < ((SELECT coalesce(requested, 9223372036854775807) FROM runs WHERE id = $10), $10))
     ORDER BY coalesce(requested, 9223372036854775807) DESC, id DESC LIMIT $11`,
  longest: `
    SELECT ${runColumns} FROM runs
     WHERE ${filterCondition}
       AND ($10::uuid IS NULL
            OR (-CASE WHEN started_at IS NULL THEN interval '0' ELSE coalesce(finished_at, 'infinity') - started_at END, id)
            > ((SELECT -CASE WHEN started_at IS NULL THEN interval '0'
                             ELSE coalesce(finished_at, 'infinity') - started_at END FROM runs WHERE id = $10), $10))
     ORDER BY -CASE WHEN started_at IS NULL THEN interval '0' ELSE coalesce(finished_at, 'infinity') - started_at END, id
     LIMIT $11`,
};

/**
 * Runs of a filter in an order, a page at a time. Paged by where the last run of the page before stands, so a late page
 * costs no more than the first.
 */
export async function listRuns(
  db: Queryable,
  query: RunFilter & {
    readonly order: RunOrder;
    readonly limit: number;
    /** Id of the last run of the page before. */
    readonly before: string | null;
  },
): Promise<RunPage> {
  const values = [...filterValues(query), query.before, query.limit + 1];
  const { rows } = await db.query<RunRow>(statements[query.order], values);
  const page = rows.slice(0, query.limit).map(toRun);
  return { runs: page, nextBefore: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null };
}

/** How many runs a filter lets through, counted up to `most`: counting all of a million takes its time. */
export async function countRuns(db: Queryable, filter: RunFilter, most: number): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*) AS count FROM (SELECT FROM runs WHERE ${filterCondition} LIMIT $10) AS found`,
    [...filterValues(filter), most],
  );
  return rows[0]?.count ?? 0;
}
