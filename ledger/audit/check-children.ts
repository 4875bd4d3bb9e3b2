import type { Link } from "../../records/record-type.ts";
import type { Queryable } from "../database/database.ts";
import { findFaulty, type Range } from "./faulty-ranges.ts";
import { valueIn } from "./field-value.ts";
import {
  examplesShown,
  type RelationCheck,
  readViolations,
  rowsAtATime,
  type Sides,
  type Violation,
} from "./relation-check.ts";

/**
 * Each row says of its children what their rows say: those that carry its key, or, where children carry none or some rows lead elsewhere on purpose,
 * those with its children's sequence numbers. Null where the tables do not tell.
 */
export async function checkChildren(
  db: Queryable,
  { own: { type, run, rows: own }, ownOrphans, other, otherOrphans }: Sides,
  { kind, from, path }: Link,
): Promise<RelationCheck | null> {
  const said = valueIn(own, "p", from);
  const field = kind === "count" ? "*" : valueIn(other.rows, "t", path);
  const deal = run.related?.dealOf(other.type.name);
  if (said === null || field === null || deal === undefined) return null;
  const target = other.rows.names;
  const key = findKey();
  const names = {
    ...own.names,
    isClean: own.isClean("p"),
    key: key?.own,
    theirKey: key?.theirs,
    said: numeric(kind, said),
    aggregate: `${kind}(${numeric(kind, field)})`,
    none: kind === "sum" || kind === "count" ? "0" : "NULL",
    targetTable: target.table,
    targetRun: target.runId,
    targetSeq: target.seq,
  };
  const childrenOf = (seq: number): Range => {
    const record = own.recordOf?.(seq) ?? seq;
    const first = deal.firstChildOf(record);
    return [first, first + deal.childrenOf(record)];
  };

  const violations: Violation[] = [];
  let explained = 0;
  const isByKey = key !== null && !ownOrphans.areMade && !otherOrphans.areMade;
  // Where rows are of changes, their numbers do not tell which records they are of.
  if (!isByKey && (own.recordOf !== null || other.rows.recordOf !== null)) return null;
  for await (const rows of isByKey ? readViolations(db, byKey()) : allByNumber()) {
    const ranges = rows.map(({ seq }) => childrenOf(seq));
    const faulty = await findFaulty(db, ranges, other);
    const blamed = rows.filter((_, index) => !faulty.has(index));
    explained += rows.length - blamed.length;
    violations.push(...blamed.slice(0, examplesShown - violations.length));
  }
  return {
    name: `${type.name}.${from} adds up`,
    sentence: `every ${from} of ${type.name} is the ${kind} of its rows of ${other.type.name}`,
    violations,
    explained,
    orphans: 0,
  };

  /** By which children and parents find one another. */
  function findKey(): { readonly own: string; readonly theirs: string } | null {
    for (const link of other.type.relations.links) {
      if (link.kind !== "parent" || type.describeField(link.path)?.uniqueness !== "always") continue;
      const [mine, theirs] = [valueIn(own, "p", link.path), valueIn(other.rows, "t", link.from)];
      if (mine !== null && theirs !== null) return { own: mine, theirs };
    }
    return null;
  }

  function byKey(): Parameters<typeof readViolations>[1] {
    return {
      sql: `SELECT p.${names.seq} AS seq, ${names.said} AS said, g.told
              FROM ${names.table} p
              LEFT JOIN (SELECT ${names.theirKey} AS parent, ${names.aggregate} AS told
                           FROM ${names.targetTable} t
                          WHERE t.${names.targetRun} = $2
                          GROUP BY 1) g ON g.parent = ${names.key}
             WHERE p.${names.runId} = $1 AND ${names.isClean}
               AND ${names.said} IS DISTINCT FROM coalesce(g.told, ${names.none})`,
      seq: `p.${names.seq}`,
      values: [run.id, other.run.id],
    };
  }

  async function* allByNumber(): AsyncGenerator<readonly Violation[]> {
    const count = run.related?.countOf(type.name) ?? 0;
    for (let start = 0; start < count; start += rowsAtATime) {
      const length = Math.min(rowsAtATime, count - start);
      yield await differByNumber(Array.from({ length }, (_, index) => start + index));
    }
  }

  /** Those of these rows that say something else than the rows with their children's sequence numbers. */
  async function differByNumber(seqs: readonly number[]): Promise<readonly Violation[]> {
    if (seqs.length === 0) return [];
    const ranges = seqs.map(childrenOf);
    const { rows } = await db.query<Violation>(
      `SELECT p.${names.seq} AS seq, ${names.said} AS said, g.told
         FROM unnest($3::bigint[], $4::bigint[], $5::bigint[]) AS d (parent_seq, first_seq, end_seq)
         JOIN ${names.table} p ON p.${names.runId} = $1 AND p.${names.seq} = d.parent_seq
        CROSS JOIN LATERAL (SELECT ${names.aggregate} AS told
                              FROM ${names.targetTable} t
                             WHERE t.${names.targetRun} = $2
                               AND t.${names.targetSeq} >= d.first_seq AND t.${names.targetSeq} < d.end_seq) AS g
        WHERE ${names.isClean} AND ${names.said} IS DISTINCT FROM coalesce(g.told, ${names.none})
        ORDER BY 1`,
      [run.id, other.run.id, seqs, ranges.map(([first]) => first), ranges.map(([, end]) => end)],
    );
    return rows;
  }
}

/** Sums of doubles depend on the order in which they are added up; those of decimals do not. */
const numeric = (kind: Link["kind"], expression: string): string =>
  kind === "sum" ? `(${expression})::numeric` : expression;
