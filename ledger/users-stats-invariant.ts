import type { Invariant } from "./invariants.ts";

/**
 * Compares users_stats with a recomputation over what was aggregated: every row up to settled_id as it was then (as it
 * is now, less the corrections that wait), and what was counted above. Rows that came since are not missing; before the
 * first aggregation, and where the next one begins from nothing, there is nothing to compare.
 *
 * It reads all of users_raw and is the same for every run, so it is checked only where all runs are ($1 is NULL).
 */
export const usersStatsInvariant: Invariant = {
  name: "users-stats-equal-recomputation",
  sentence: "users_stats equals a recomputation over what was aggregated",
  sql: `SELECT *
          FROM (SELECT stat_date, country, total_users, flagged_users, foreign_users, undated_users FROM users_stats) AS s
          FULL JOIN (
            SELECT stat_date, country, sum(total) AS total, sum(flagged) AS flagged,
                   sum(from_others) AS from_others, sum(undated) AS undated
              FROM (SELECT CASE WHEN event_time IS NULL THEN created_at AT TIME ZONE 'UTC'
                                ELSE event_time AT TIME ZONE 'UTC' END::date AS stat_date,
                           CASE WHEN country IS NULL THEN 'UNKNOWN' ELSE country END AS country,
                           count(*) AS total,
                           sum((error IS NOT NULL)::integer) AS flagged,
                           sum((run_id IS NULL)::integer) AS from_others,
                           sum((event_time IS NULL)::integer) AS undated
                      FROM users_raw
                     WHERE id <= (SELECT settled_id FROM users_stats_progress)
                     GROUP BY 1, 2
                    UNION ALL
                    SELECT stat_date, country, -total_users, -flagged_users, -foreign_users, -undated_users
                      FROM users_stats_corrections
                    UNION ALL
                    SELECT stat_date, country, total_users, flagged_users, foreign_users, undated_users
                      FROM users_stats_unsettled) AS parts
             GROUP BY stat_date, country
            HAVING sum(total) <> 0) AS recomputed USING (stat_date, country)
         WHERE $1::uuid IS NULL
           AND EXISTS (SELECT FROM users_stats_progress WHERE NOT restart)
           AND (total_users, flagged_users, foreign_users, undated_users)
               IS DISTINCT FROM (total, flagged, from_others, undated)`,
};
