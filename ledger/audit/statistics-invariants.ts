import type { Column } from "../../records/record-field.ts";
import type { RecordTable } from "../../records/record-type.ts";
import { namesIn, quoted } from "../database/table-names.ts";
import type { Invariant } from "./invariant.ts";

/** Whether the row with this id is counted by the statistic of that name. */
const isCounted = (id: string, statistic: string): string => `
  EXISTS (SELECT FROM record_statistics_progress
           WHERE statistic = ${statistic} AND NOT restart AND (${id} <= final_id OR ${id} <@ counted))`;

/** Where everything is to be counted anew, nothing is compared. */
const isKept = (statistic: string): string =>
  `EXISTS (SELECT FROM record_statistics_progress WHERE statistic = ${statistic} AND NOT restart)`;

/**
 * Both compare with a recomputation over the rows that are counted: those that came since are not missing. They read all of a table, and say the
 * same of every run.
 */
export const usersStatsInvariant: Invariant = {
  name: "users-stats-equal-recomputation",
  sentence: "users_stats equals a recomputation over what was aggregated",
  ofAllRuns: true,
  sql: `SELECT *
          FROM (SELECT stat_date, country, total_users, flagged_users, foreign_users, undated_users FROM users_stats) AS s
          FULL JOIN (
            SELECT CASE WHEN event_time IS NULL THEN created_at AT TIME ZONE 'UTC'
                        ELSE event_time AT TIME ZONE 'UTC' END::date AS stat_date,
                   CASE WHEN country IS NULL THEN 'UNKNOWN' ELSE country END AS country,
                   count(*) AS total,
                   sum((error IS NOT NULL)::integer) AS flagged,
                   sum((run_id IS NULL)::integer) AS from_others,
                   sum((event_time IS NULL)::integer) AS undated
              FROM users_raw
             WHERE ${isCounted("id", "'users_stats'")}
             GROUP BY 1, 2) AS recomputed USING (stat_date, country)
         WHERE $1::uuid IS NULL AND ${isKept("'users_stats'")}
           AND (total_users, flagged_users, foreign_users, undated_users)
               IS DISTINCT FROM (total, flagged, from_others, undated)`,
};

export function statisticsInvariant(table: RecordTable): Invariant {
  const { by, sum } = table.statistics;
  const sums = sum.map((_, index) => `sum(sums[${index + 1}])`);
  const names = {
    ...namesIn(table),
    byTexts: by.map(textOf).join(", "),
    lessNumbers: sum.map(numberOf).join(", "),
    sums: sums.join(", "),
    differ: ["sum(records)", ...sums].map((each) => `${each} <> 0`).join(" OR "),
  };
  return {
    name: "statistics-equal-recomputation",
    sentence: "a table's statistics equal a recomputation over the rows that are counted",
    ofAllRuns: true,
    values: [table.name],
    sql: `SELECT run_id, stored_minute, repair, by_values, sum(records) AS too_many, ARRAY[${names.sums}]::numeric[] AS too_much
            FROM (SELECT run_id, stored_minute, repair, by_values, records, sums
                    FROM record_statistics WHERE statistic = $2
                  UNION ALL
                  SELECT ${names.runId}, date_trunc('minute', ${names.createdAt}, 'UTC'), first_repair(${names.error}),
                         ARRAY[${names.byTexts}]::text[], -1,
                         ARRAY[${names.lessNumbers}]::numeric[]
                    FROM ${names.table}
                   WHERE ${isCounted(names.id, "$2")}) AS both_ways
           WHERE $1::uuid IS NULL AND ${isKept("$2")}
           GROUP BY run_id, stored_minute, repair, by_values
          HAVING ${names.differ}`,
  };
}

const textOf = ({ name, type }: Column): string =>
  type === "timestamptz"
    ? `to_char(${quoted(name)} AT TIME ZONE 'UTC', 'YYYY-MM-DD')`
    : `left(${quoted(name)}::text, 100)`;

/** Taken away; a sum of numbers beyond these could not be told. */
const numberOf = ({ name }: Column): string =>
  `CASE WHEN abs(${quoted(name)}::numeric) < 1e308 THEN -${quoted(name)}::numeric ELSE 0 END`;
