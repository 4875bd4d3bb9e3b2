-- Brings users_stats up to date: how many users there are for each day and country.
--
-- It is one of the statistics that count_records keeps of tables of records (docs/adr/0027): each row is counted once, whatever order
-- transactions commit in; what is changed or deleted is corrected at once. Here all is counted that can be seen, nobody is waited for but
-- another aggregation, and repeating it changes nothing. A truncation, or
-- UPDATE record_statistics_progress SET restart = true WHERE statistic = 'users_stats', has everything counted anew.
--
-- A row without event_time counts on the day it came: with the current date the same row would move from run to run.

BEGIN ISOLATION LEVEL READ COMMITTED;

SELECT count_records('users_stats');

COMMIT;
