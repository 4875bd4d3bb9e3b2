import type { Reference } from "../../records/references.ts";
import type { Queryable } from "../database/database.ts";
import { findFaulty } from "./faulty-ranges.ts";
import { valueIn } from "./field-value.ts";
import {
  examplesShown,
  type RelationCheck,
  readViolations,
  type Sides,
  type Violation,
} from "./relation-check.ts";

/**
 * Each row's record is there, with all that was taken over from it; but for those that lead nowhere on purpose, which are just those that are
 * labelled so. Null where the tables do not tell.
 */
export async function checkReference(
  db: Queryable,
  { own: { type, run, rows: own, isComplete }, ownOrphans, other, otherOrphans }: Sides,
  reference: Reference,
): Promise<RelationCheck | null> {
  const { field, links } = reference;
  const pairs = links.map(
    ({ from, path }) => [valueIn(own, "c", from), valueIn(other.rows, "t", path)] as const,
  );
  const choose = type.openChoice(run, field);
  if (choose === null || pairs.some((pair) => pair.includes(null))) return null;
  const taken = new Set(links.map(({ path }) => path));
  const isOtherwise = (seq: number): boolean =>
    otherOrphans.brokenIn(seq)?.links.some(({ from }) => taken.has(from)) ?? false;

  const violations: Violation[] = [];
  const onPurpose = new Set<number>();
  let explained = 0;
  for await (const rows of readViolations(db, leadingNowhere())) {
    const others = rows.filter(({ seq }) => ownOrphans.brokenIn(seq)?.field !== field);
    const unlabelled = new Set(others);
    for (const row of rows) if (!unlabelled.has(row)) onPurpose.add(row.seq);
    const chosen = others.map(({ seq }) => choose(own.recordOf?.(seq) ?? seq) ?? 0);
    const faulty = await findFaulty(
      db,
      chosen.map((seq) => [seq, seq + 1]),
      other,
    );
    const blamed = others.filter((_, index) => !faulty.has(index) && !isOtherwise(chosen[index] as number));
    explained += others.length - blamed.length;
    violations.push(...blamed.slice(0, examplesShown - violations.length));
  }
  // Those of a run that has not completed may still come.
  for (const seq of isComplete ? ownOrphans.listBroken(field) : []) {
    if (onPurpose.has(seq) || violations.length >= examplesShown) continue;
    violations.push({ seq, label: "orphan", but: "it leads to a row" });
  }
  return {
    name: `${type.name}.${field} is there`,
    sentence: `every ${links.map(({ from }) => from).join(", ")} of ${type.name} is that of a row of ${other.type.name}`,
    violations,
    explained,
    orphans: onPurpose.size,
  };

  function leadingNowhere(): Parameters<typeof readViolations>[1] {
    const target = other.rows.names;
    const names = {
      ...own.names,
      isClean: own.isClean("c"),
      value: pairs[0]?.[0],
      targetTable: target.table,
      targetRun: target.runId,
      areEqual: pairs.map(([mine, theirs]) => `${theirs} = ${mine}`).join(" AND "),
    };
    return {
      sql: `SELECT c.${names.seq} AS seq, ${names.value} AS value
              FROM ${names.table} c
             WHERE c.${names.runId} = $1 AND ${names.isClean} AND ${names.value} IS NOT NULL
               AND NOT EXISTS (SELECT FROM ${names.targetTable} t WHERE t.${names.targetRun} = $2 AND ${names.areEqual})`,
      seq: `c.${names.seq}`,
      values: [run.id, other.run.id],
    };
  }
}
