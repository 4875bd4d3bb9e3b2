import { referencesOf } from "../../records/references.ts";
import type { Queryable } from "../database/database.ts";
import { checkChildren } from "./check-children.ts";
import { checkReference } from "./check-reference.ts";
import type { Member } from "./members.ts";
import { type Orphans, orphansOf } from "./orphans.ts";
import type { RelationCheck, Sides } from "./relation-check.ts";

export interface CheckedRelation extends RelationCheck {
  /** Whose rows were looked at, and how many of them are clean. */
  readonly runId: string;
  readonly checked: number;
}

/**
 * Asks PostgreSQL whether the rows of a dataset hang together as their definitions say: each reference and each parent is there, with what was taken
 * over from it, and sums, counts, least and greatest are those of the children's rows. Clean rows alone are held against others, and against those of complete runs alone. What leads nowhere
 * is there by its label, or does not hold.
 */
export async function checkRelations(
  db: Queryable,
  members: readonly Member[],
): Promise<readonly CheckedRelation[]> {
  const sides = new Map(members.map((member) => [member.type.name, { member, orphans: orphansOf(member) }]));
  const checks: CheckedRelation[] = [];
  for (const own of members) {
    const { name, relations } = own.type;
    // To say which records none are of, others may be needed of which there are none either.
    if (own.run.related?.countOf(name) === 0) continue;
    const between = (type: string): Sides | null => {
      const [mine, theirs] = [sides.get(name), sides.get(type)];
      return mine === undefined || theirs?.member.isComplete !== true ? null : pair(mine, theirs);
    };
    const found: (RelationCheck | null)[] = [];
    for (const reference of referencesOf(relations.links)) {
      const both = between(reference.type);
      if (both !== null) found.push(await checkReference(db, both, reference));
    }
    for (const link of relations.links) {
      if (link.kind !== "sum" && link.kind !== "min" && link.kind !== "max" && link.kind !== "count")
        continue;
      const both = between(link.type);
      if (both !== null) found.push(await checkChildren(db, both, link));
    }
    const held = found.filter((check) => check !== null);
    if (held.length === 0) continue;
    const told = { runId: own.run.id, checked: await countClean(db, own) };
    checks.push(...held.map((check) => ({ ...check, ...told })));
  }
  return checks;
}

async function countClean(db: Queryable, { run, rows: { names: own, isClean } }: Member): Promise<number> {
  const names = { ...own, isClean: isClean("r") };
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*) FROM ${names.table} r WHERE r.${names.runId} = $1 AND ${names.isClean}`,
    [run.id],
  );
  return rows[0]?.count ?? 0;
}

interface Side {
  readonly member: Member;
  readonly orphans: Orphans;
}

const pair = (own: Side, other: Side): Sides => ({
  own: own.member,
  ownOrphans: own.orphans,
  other: other.member,
  otherOrphans: other.orphans,
});
