import type { RecordTable, RecordType } from "../../records/record-type.ts";
import type { Queryable } from "../database/database.ts";
import { namesIn } from "../database/table-names.ts";
import type { Invariant } from "./invariant.ts";
import { statisticsInvariant, usersStatsInvariant } from "./statistics-invariants.ts";

const perRun = (column: string): string => `($1::uuid IS NULL OR ${column} = $1)`;

/** What holds of every run, whatever its records are about. */
const ledgerInvariants: readonly Invariant[] = [
  {
    name: "completed-runs-balance",
    sentence: "a completed run has an end, and as many rows and dead letters as records were requested",
    sql: `SELECT id AS run_id, requested, stored, dead_lettered
            FROM runs
           WHERE ${perRun("id")} AND status = 'completed' AND stored + dead_lettered IS DISTINCT FROM requested`,
  },
  {
    name: "no-dead-letter-outside-its-run",
    sentence: "no dead letter counts for a run that is not there, or for a sequence number outside its run",
    sql: `SELECT d.run_id, d.seq, d.id AS dead_letter_id
            FROM dead_letters d LEFT JOIN runs r ON r.id = d.run_id
           WHERE ${perRun("d.run_id")} AND d.accounted
             AND (r.id IS NULL OR d.seq < 0 OR d.seq >= COALESCE(r.requested, r.planned_records))`,
  },
  {
    name: "accounted-runs-have-ended",
    sentence: "a run of which every record has its outcome is not unfinished",
    sql: `SELECT id AS run_id, status, requested, stored, dead_lettered
            FROM runs
           WHERE ${perRun("id")} AND status IN ('queued', 'running', 'paused')
             AND stored + dead_lettered = requested`,
  },
  {
    name: "chunks-cover-the-run",
    sentence: "a run's chunks follow each other without gap or overlap, a completed run's to its end",
    sql: `SELECT run_id, index, first_seq, expected_first_seq
            FROM (SELECT run_id, index, first_seq,
                         coalesce(lag(end_seq) OVER (PARTITION BY run_id ORDER BY index), 0) AS expected_first_seq
                    FROM chunks WHERE ${perRun("run_id")}) AS c
           WHERE first_seq <> expected_first_seq
          UNION ALL
          SELECT r.id, r.planned_chunks, c.end_seq, r.requested
            FROM runs r
            LEFT JOIN LATERAL (SELECT max(end_seq) AS end_seq, count(*) AS chunks
                                 FROM chunks WHERE run_id = r.id) AS c ON true
           WHERE ${perRun("r.id")}
             AND (c.chunks <> r.planned_chunks OR COALESCE(c.end_seq, 0) <> r.planned_records
                  OR (r.status = 'completed' AND COALESCE(c.end_seq, 0) <> r.requested))`,
  },
  {
    name: "chunk-counters-sum-up",
    sentence: "a run's counters are the sums of its chunks' counters",
    sql: `SELECT r.id AS run_id, r.produced, r.shelved_records, r.stored, r.flagged, r.dead_lettered, c.*
            FROM runs r
           CROSS JOIN LATERAL (
             SELECT coalesce(sum(end_seq - first_seq) FILTER (WHERE produced_at IS NOT NULL), 0) AS chunks_produced,
                    coalesce(sum(end_seq - first_seq) FILTER (WHERE produced_at IS NULL AND job <> 'due'), 0) AS chunks_shelved,
                    coalesce(sum(stored), 0) AS chunks_stored, coalesce(sum(flagged), 0) AS chunks_flagged,
                    coalesce(sum(dead_lettered), 0) AS chunks_dead_lettered
               FROM chunks WHERE run_id = r.id) AS c
           WHERE ${perRun("r.id")}
             AND (r.produced, r.shelved_records, r.stored, r.flagged, r.dead_lettered)
              <> (c.chunks_produced, c.chunks_shelved, c.chunks_stored, c.chunks_flagged, c.chunks_dead_lettered)`,
  },
  usersStatsInvariant,
];

/** What holds of the rows of a type's runs. */
function rowInvariants(type: string, table: RecordTable): readonly Invariant[] {
  const names = namesIn(table);
  const values = [type];
  return [
    statisticsInvariant(table),
    {
      name: "counters-equal-rows",
      values,
      sentence: "a run's counters are the numbers of its rows and dead letters",
      sql: `SELECT r.id AS run_id, r.stored, u.stored AS rows, r.flagged, u.flagged AS flagged_rows,
                   r.dead_lettered, l.dead_lettered AS letters
              FROM runs r
             CROSS JOIN LATERAL (SELECT count(*) AS stored, count(${names.error}) AS flagged
                                   FROM ${names.table} WHERE ${names.runId} = r.id) AS u
             CROSS JOIN LATERAL (SELECT count(*) AS dead_lettered
                                   FROM dead_letters WHERE run_id = r.id AND accounted) AS l
             WHERE ${perRun("r.id")} AND r.record_type = $2
               AND (r.stored, r.flagged, r.dead_lettered) <> (u.stored, u.flagged, l.dead_lettered)`,
    },
    {
      name: "one-outcome-per-sequence-number",
      sentence: "no sequence number has two outcomes",
      sql: `SELECT run_id, seq, count(*) AS outcomes
              FROM (SELECT ${names.runId} AS run_id, ${names.seq} AS seq FROM ${names.table}
                     WHERE ${perRun(names.runId)} AND ${names.runId} IS NOT NULL
                    UNION ALL
                    SELECT run_id, seq FROM dead_letters WHERE ${perRun("run_id")} AND accounted) AS outcomes
             GROUP BY run_id, seq HAVING count(*) > 1`,
    },
    {
      name: "accounted-equals-outcomes",
      values,
      sentence: "a chunk's accounted sequence numbers are exactly those of its rows and dead letters",
      sql: `SELECT c.run_id, c.index, c.accounted, o.outcomes
              FROM chunks c JOIN runs r ON r.id = c.run_id
             CROSS JOIN LATERAL (
               SELECT coalesce(range_agg(int8range(seq, seq + 1)), '{}') AS outcomes
                 FROM (SELECT ${names.seq} AS seq FROM ${names.table}
                        WHERE ${names.runId} = c.run_id AND ${names.seq} >= c.first_seq AND ${names.seq} < c.end_seq
                       UNION ALL
                       SELECT seq FROM dead_letters
                        WHERE run_id = c.run_id AND accounted AND seq >= c.first_seq AND seq < c.end_seq) AS s) AS o
             WHERE ${perRun("c.run_id")} AND r.record_type = $2 AND c.accounted <> o.outcomes`,
    },
    {
      name: "no-row-outside-its-run",
      values,
      sentence:
        "no row names a run that is not there or is of another type, or a sequence number outside its run",
      sql: `SELECT u.run_id, u.seq
              FROM (SELECT ${names.runId} AS run_id, ${names.seq} AS seq FROM ${names.table}) AS u
              LEFT JOIN runs r ON r.id = u.run_id AND r.record_type = $2
             WHERE ${perRun("u.run_id")} AND u.run_id IS NOT NULL
               AND (r.id IS NULL OR u.seq < 0 OR u.seq >= COALESCE(r.requested, r.planned_records))`,
    },
  ];
}

export function invariantsOf(types: readonly Pick<RecordType, "name" | "table">[]): readonly Invariant[] {
  return [
    ...ledgerInvariants,
    ...types.flatMap(({ name, table }) => (table === null ? [] : rowInvariants(name, table))),
  ];
}

export interface Violations {
  readonly invariant: Invariant;
  /** The first few rows that the statement gives. */
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

const examplesShown = 5;

/** Checks one invariant. @returns its violations; no examples where it holds */
export async function checkInvariant(
  db: Queryable,
  invariant: Invariant,
  runId: string | null,
): Promise<Violations> {
  const { rows } = await db.query(`${invariant.sql} LIMIT ${examplesShown}`, [
    runId,
    ...(invariant.values ?? []),
  ]);
  return { invariant, examples: rows };
}
