import type { Queryable } from "../database/database.ts";
import { namesIn } from "../database/table-names.ts";
import type { Member } from "./members.ts";

/** Records of a run, from the first, below the second. */
export type Range = readonly [first: number, end: number];

/** Which of these ranges have a record that was flagged or became a dead letter, by their places in the list. */
export async function findFaulty(
  db: Queryable,
  ranges: readonly Range[],
  { type, run }: Member,
): Promise<ReadonlySet<number>> {
  if (ranges.length === 0) return new Set();
  const names = namesIn(type.table);
  const { rows } = await db.query<{ place: number }>(
    `SELECT place
       FROM unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY AS r (first_seq, end_seq, place)
      WHERE EXISTS (SELECT FROM ${names.table}
                     WHERE ${names.runId} = $1 AND ${names.seq} >= first_seq AND ${names.seq} < end_seq
                       AND ${names.error} IS NOT NULL)
         OR EXISTS (SELECT FROM dead_letters
                     WHERE run_id = $1 AND seq >= first_seq AND seq < end_seq AND accounted)`,
    [run.id, ranges.map(([first]) => first), ranges.map(([, end]) => end)],
  );
  return new Set(rows.map(({ place }) => place - 1));
}
