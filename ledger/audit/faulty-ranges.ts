import type { Queryable } from "../database/database.ts";
import type { Member } from "./members.ts";

/** Records of a run, from the first, below the second. */
export type Range = readonly [first: number, end: number];

/** Which of these ranges have a record that was flagged or became a dead letter, by their places in the list. */
export async function findFaulty(
  db: Queryable,
  ranges: readonly Range[],
  { rows, run }: Member,
): Promise<ReadonlySet<number>> {
  // Records that change are never faulty on purpose.
  if (ranges.length === 0 || rows.recordOf !== null) return new Set();
  const names = { ...rows.names, isClean: rows.isClean("t") };
  const found = await db.query<{ place: number }>(
    `SELECT place
       FROM unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY AS r (first_seq, end_seq, place)
      WHERE EXISTS (SELECT FROM ${names.table} t
                     WHERE ${names.runId} = $1 AND ${names.seq} >= first_seq AND ${names.seq} < end_seq
                       AND NOT (${names.isClean}))
         OR EXISTS (SELECT FROM dead_letters
                     WHERE run_id = $1 AND seq >= first_seq AND seq < end_seq AND accounted)`,
    [run.id, ranges.map(([first]) => first), ranges.map(([, end]) => end)],
  );
  return new Set(found.rows.map(({ place }) => place - 1));
}
