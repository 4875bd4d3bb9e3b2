import pg from "pg";
import type { Link, RunOfRecords, StoredType } from "../../records/record-type.ts";
import type { RecordTypes } from "../../records/record-types.ts";
import { openRelated } from "../../records/related-records.ts";
import type { Queryable } from "../database/database.ts";
import { namesIn, quoted } from "../database/table-names.ts";
import type { Run } from "../runs/run.ts";

/** A run of a dataset, of a type with a table, opened with the others. */
export interface Member {
  readonly type: StoredType;
  readonly run: RunOfRecords & { readonly id: string };
}

/** Those runs of a dataset whose records are in tables. */
export async function openMembers(types: RecordTypes, runs: readonly Run[]): Promise<readonly Member[]> {
  const members: Member[] = [];
  for (const run of runs) {
    const { name, version } = run.recordType;
    const type = (await types.find(name, version))?.type;
    if (type?.table != null)
      members.push({ type: { ...type, table: type.table }, run: await openRelated(types, run) });
  }
  return members;
}

export interface RelationCheck {
  readonly name: string;
  readonly sentence: string;
  /** The first few. */
  readonly violations: readonly Readonly<Record<string, unknown>>[];
  /** Rows that rest on a record which was flagged or became a dead letter, as faulty ones do. */
  readonly explained: number;
}

const examplesShown = 5;
/** Of rows that lead to no row so many are looked into. */
const mostExamined = 100_000;

/**
 * Asks PostgreSQL whether the rows of a dataset hang together as their definitions say: each reference and each parent is there, with what was taken
 * over from it, and sums, counts, least and greatest are those of the children's rows. Clean rows alone are held against others.
 */
export async function checkRelations(
  db: Queryable,
  members: readonly Member[],
): Promise<readonly RelationCheck[]> {
  const byName = new Map(members.map((member) => [member.type.name, member]));
  const checks: RelationCheck[] = [];
  for (const member of members) {
    for (const invariant of checksOf(member, byName)) {
      const { rows } = await db.query<Violation>(`${invariant.sql} ORDER BY seq LIMIT ${mostExamined}`, [
        ...invariant.values,
      ]);
      const explained = await findExplained(
        db,
        rows.map(({ seq }) => invariant.restsOn(seq)),
        invariant.other,
      );
      const unexplained = rows.filter((_, index) => !explained.has(index));
      checks.push({
        name: invariant.name,
        sentence: invariant.sentence,
        violations: unexplained.slice(0, examplesShown),
        explained: rows.length - unexplained.length,
      });
    }
  }
  return checks;
}

interface Violation {
  readonly seq: number;
  readonly [column: string]: unknown;
}

interface Check {
  readonly name: string;
  readonly sentence: string;
  /** Gives the sequence number of each row that does not hold, and what it says. */
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly other: Member;
  /** The records of the other run on which a row rests, from the first, below the second. */
  readonly restsOn: (seq: number) => readonly [first: number, end: number];
}

function checksOf(member: Member, members: ReadonlyMap<string, Member>): readonly Check[] {
  // To say which records none are of, others may be needed of which there are none either.
  if (member.run.related?.countOf(member.type.name) === 0) return [];
  const { links } = member.type.relations;
  const parents = links.filter(({ kind }) => kind === "parent");
  const own = links.flatMap((link): readonly (Check | null)[] => {
    const other = members.get(link.type);
    if (other === undefined) return [];
    switch (link.kind) {
      case "ref":
        return [
          referenceCheck(member, other, link, [
            link,
            ...links.filter(({ kind, via }) => kind === "through" && via === link.from),
          ]),
        ];
      case "parent":
        // All that is taken over from the parent is of one record.
        return link === parents[0] ? [referenceCheck(member, other, link, parents)] : [];
      case "sum":
      case "min":
      case "max":
      case "count":
        return [childrenCheck(member, other, link)];
      default:
        return [];
    }
  });
  return own.filter((check) => check !== null);
}

/** Each row's record is there, with all that was taken over from it. */
function referenceCheck(
  { type, run }: Member,
  other: Member,
  link: Link,
  taken: readonly Link[],
): Check | null {
  const pairs = taken.map(
    ({ from, path }) => [valueIn(type, "c", from), valueIn(other.type, "t", path)] as const,
  );
  const choose = type.openChoice(run, link.from);
  if (choose === null || pairs.some((pair) => pair.includes(null))) return null;
  const target = namesIn(other.type.table);
  const names = {
    ...namesIn(type.table),
    value: pairs[0]?.[0],
    targetTable: target.table,
    targetRun: target.runId,
    areEqual: pairs.map(([own, theirs]) => `${theirs} = ${own}`).join(" AND "),
  };
  const further = taken.slice(1).map(({ from }) => from);
  return {
    name: `${type.name}.${link.from} is there`,
    sentence: `every ${[link.from, ...further].join(", ")} of ${type.name} is that of a row of ${other.type.name}`,
    sql: `SELECT c.${names.seq} AS seq, ${names.value} AS value
            FROM ${names.table} c
           WHERE c.${names.runId} = $1 AND c.${names.error} IS NULL AND ${names.value} IS NOT NULL
             AND NOT EXISTS (SELECT FROM ${names.targetTable} t WHERE t.${names.targetRun} = $2 AND ${names.areEqual})`,
    values: [run.id, other.run.id],
    other,
    restsOn(seq) {
      const chosen = choose(seq) ?? 0;
      return [chosen, chosen + 1];
    },
  };
}

/** Each row says of its children what their rows say; null where these do not tell whose they are. */
function childrenCheck({ type, run }: Member, other: Member, { kind, from, path }: Link): Check | null {
  const said = valueIn(type, "p", from);
  const field = kind === "count" ? "*" : valueIn(other.type, "t", path);
  const key = other.type.relations.links.find(
    (link) => link.kind === "parent" && type.describeField(link.path)?.uniqueness === "always",
  );
  const deal = run.related?.dealOf(other.type.name);
  if (said === null || field === null || key === undefined || deal === undefined) return null;
  const target = namesIn(other.type.table);
  const names = {
    ...namesIn(type.table),
    said: numeric(kind, said),
    told: kind === "sum" || kind === "count" ? "coalesce(g.told, 0)" : "g.told",
    aggregate: `${kind}(${numeric(kind, field)})`,
    key: valueIn(type, "p", key.path),
    targetTable: target.table,
    targetRun: target.runId,
    parent: valueIn(other.type, "t", key.from),
  };
  if (names.key === null || names.parent === null) return null;
  return {
    name: `${type.name}.${from} adds up`,
    sentence: `every ${from} of ${type.name} is the ${kind} of its rows of ${other.type.name}`,
    sql: `SELECT p.${names.seq} AS seq, ${names.said} AS said, ${names.told} AS told
            FROM ${names.table} p
            LEFT JOIN (SELECT ${names.parent} AS parent, ${names.aggregate} AS told
                         FROM ${names.targetTable} t
                        WHERE t.${names.targetRun} = $2
                        GROUP BY 1) g ON g.parent = ${names.key}
           WHERE p.${names.runId} = $1 AND p.${names.error} IS NULL
             AND ${names.said} IS DISTINCT FROM ${names.told}`,
    values: [run.id, other.run.id],
    other,
    restsOn(seq) {
      const first = deal.firstChildOf(seq);
      return [first, first + deal.childrenOf(seq)];
    },
  };
}

/** Sums of doubles depend on the order in which they are added up; those of decimals do not. */
const numeric = (kind: Link["kind"], expression: string): string =>
  kind === "sum" ? `(${expression})::numeric` : expression;

/** A field's column, or what stands in it; null where the table has none. */
function valueIn({ fields }: StoredType, alias: string, path: string): string | null {
  const [name, ...rest] = path.split("/");
  const column = fields.find((field) => field.name === name)?.column.name;
  if (column === undefined) return null;
  const expression = `${alias}.${quoted(column)}`;
  if (rest.length === 0) return expression;
  return `(${expression} #>> ARRAY[${rest.map((token) => pg.escapeLiteral(token)).join(", ")}])`;
}

/** Which of these ranges have a record that was flagged or became a dead letter, by their places in the list. */
async function findExplained(
  db: Queryable,
  ranges: readonly (readonly [first: number, end: number])[],
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
