-- Brings users_stats up to date: how many users there are for each day and country.
--
-- It reads only what is new. Ids are handed out in order, but transactions commit in any order, so the highest id says
-- nothing about the rows below it. Rows are therefore counted for good up to settled_id, below which no open transaction
-- can add a row any more; those above it are counted as well, and again by the next aggregation, which first takes away
-- what users_stats_unsettled says they had added. Changes and deletions of settled rows wait in users_stats_corrections
-- (a trigger writes them). A truncation, or UPDATE users_stats_progress SET restart = true, has everything counted anew.
--
-- Everything is one transaction; repeating it changes nothing; aggregations side by side wait for each other.
-- A row without event_time counts on the day it came: with the current date the same row would move from run to run.

BEGIN ISOLATION LEVEL READ COMMITTED;

-- First, so that nobody who truncates users_raw can wait for the next lock while we wait for theirs.
LOCK TABLE users_raw IN ACCESS SHARE MODE;

INSERT INTO users_stats_progress DEFAULT VALUES ON CONFLICT DO NOTHING;
SELECT FROM users_stats_progress FOR UPDATE;

DELETE FROM users_stats WHERE (SELECT restart FROM users_stats_progress);
DELETE FROM users_stats_unsettled WHERE (SELECT restart FROM users_stats_progress);
DELETE FROM users_stats_corrections WHERE (SELECT restart FROM users_stats_progress);
UPDATE users_stats_progress SET restart = false, settled_id = 0, pending_id = 0, pending_writers = '{}' WHERE restart;

-- Who has got an id from users_raw locked the table before, and lets it go after its rows can be seen. So once all who
-- held that lock have gone, every id up to the highest that could be seen before is settled. pg_locks is read after the
-- statement's snapshot is taken, as it must be. The counting below has a later snapshot and sees all that has settled.
WITH now AS (
  SELECT coalesce((SELECT max(id) FROM users_raw), 0) AS last_id,
         ARRAY(SELECT virtualtransaction
                 FROM pg_locks
                WHERE relation = 'users_raw'::regclass
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND mode = 'RowExclusiveLock' AND granted) AS writers
)
UPDATE users_stats_progress
   SET settling_id = CASE WHEN writers = '{}' THEN greatest(last_id, settled_id)
                          WHEN NOT pending_writers && writers THEN greatest(pending_id, settled_id)
                          ELSE settled_id END,
       pending_id = CASE WHEN writers <> '{}' AND pending_writers && writers THEN pending_id ELSE last_id END,
       pending_writers = CASE WHEN writers <> '{}' AND pending_writers && writers THEN pending_writers ELSE writers END
  FROM now;

WITH counted AS MATERIALIZED (
  SELECT id <= (SELECT settling_id FROM users_stats_progress) AS settled,
         coalesce((event_time AT TIME ZONE 'UTC')::date, (created_at AT TIME ZONE 'UTC')::date) AS stat_date,
         coalesce(country, 'UNKNOWN') AS country,
         count(*) AS total_users,
         count(error) AS flagged_users,
         count(*) FILTER (WHERE run_id IS NULL) AS foreign_users,
         count(*) FILTER (WHERE event_time IS NULL) AS undated_users
    FROM users_raw
   WHERE id > (SELECT settled_id FROM users_stats_progress)
         -- True of every row; but by a range of unknown ends the planner takes the primary key, by one end it reads all.
     AND id <= (SELECT max(id) FROM users_raw)
   GROUP BY 1, 2, 3
),
counted_before AS (
  DELETE FROM users_stats_unsettled RETURNING *
),
corrections AS (
  DELETE FROM users_stats_corrections RETURNING *
),
to_be_counted_again AS (
  INSERT INTO users_stats_unsettled (stat_date, country, total_users, flagged_users, foreign_users, undated_users)
  SELECT stat_date, country, total_users, flagged_users, foreign_users, undated_users FROM counted WHERE NOT settled
),
changes AS (
  SELECT stat_date, country,
         sum(total_users)::bigint AS total_users,
         sum(flagged_users)::bigint AS flagged_users,
         sum(foreign_users)::bigint AS foreign_users,
         sum(undated_users)::bigint AS undated_users
    FROM (SELECT stat_date, country, total_users, flagged_users, foreign_users, undated_users FROM counted
          UNION ALL
          SELECT stat_date, country, total_users, flagged_users, foreign_users, undated_users FROM corrections
          UNION ALL
          SELECT stat_date, country, -total_users, -flagged_users, -foreign_users, -undated_users
            FROM counted_before) AS parts
   GROUP BY stat_date, country
  HAVING (sum(total_users), sum(flagged_users), sum(foreign_users), sum(undated_users)) <> (0, 0, 0, 0)
)
MERGE INTO users_stats AS s
USING changes AS c ON s.stat_date = c.stat_date AND s.country = c.country
 WHEN MATCHED AND s.total_users + c.total_users = 0 THEN DELETE
 WHEN MATCHED THEN UPDATE
      SET total_users = s.total_users + c.total_users,
          flagged_users = s.flagged_users + c.flagged_users,
          foreign_users = s.foreign_users + c.foreign_users,
          undated_users = s.undated_users + c.undated_users,
          updated_at = now()
 WHEN NOT MATCHED THEN
      INSERT (stat_date, country, total_users, flagged_users, foreign_users, undated_users)
      VALUES (c.stat_date, c.country, c.total_users, c.flagged_users, c.foreign_users, c.undated_users);

UPDATE users_stats_progress SET settled_id = settling_id, aggregated_at = now();

COMMIT;
