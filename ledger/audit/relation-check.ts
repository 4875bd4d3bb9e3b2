import type { Queryable } from "../database/database.ts";
import type { Member } from "./members.ts";
import type { Orphans } from "./orphans.ts";

/** What came of holding the rows of one type against those of another. */
export interface RelationCheck {
  readonly name: string;
  readonly sentence: string;
  /** The first few. */
  readonly violations: readonly Violation[];
  /** Rows that rest on a record which is faulty on purpose. */
  readonly explained: number;
  /** Rows that lead nowhere on purpose, as their labels say. */
  readonly orphans: number;
}

/** A row that does not hold, and what it says. */
export interface Violation {
  readonly seq: number;
  readonly [column: string]: unknown;
}

/** A member of a dataset whose rows are held against others', with the labels of both. */
export interface Sides {
  readonly own: Member;
  readonly ownOrphans: Orphans;
  readonly other: Member;
  readonly otherOrphans: Orphans;
}

export const examplesShown = 5;
/** Rows that are looked at together. */
export const rowsAtATime = 10_000;

/**
 * The rows of a statement, part by part, by their sequence numbers.
 * @param statement whose `sql` ends in a condition over `values`, and is followed by one over `seq`
 */
export async function* readViolations(
  db: Queryable,
  { sql, seq, values }: { readonly sql: string; readonly seq: string; readonly values: readonly unknown[] },
): AsyncGenerator<readonly Violation[]> {
  for (let last = -1; ; ) {
    const { rows } = await db.query<Violation>(
      `${sql} AND ${seq} > $${values.length + 1} ORDER BY ${seq} LIMIT ${rowsAtATime}`,
      [...values, last],
    );
    if (rows.length > 0) yield rows;
    if (rows.length < rowsAtATime) return;
    last = rows.at(-1)?.seq ?? last;
  }
}
