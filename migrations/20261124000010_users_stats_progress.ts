import type { Knex } from "knex";

/**
 * What airflow/sql/aggregate_users_stats.sql needs to count each row once without reading all of them again
 * (docs/adr/0014). Nothing here costs an INSERT or COPY into users_raw anything: no index, no trigger on insertion.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE users_stats
      ADD COLUMN foreign_users bigint NOT NULL DEFAULT 0 CHECK (foreign_users BETWEEN 0 AND total_users),
      ADD COLUMN undated_users bigint NOT NULL DEFAULT 0 CHECK (undated_users BETWEEN 0 AND total_users);
    COMMENT ON TABLE users_stats IS 'as of the last aggregation; written by airflow/sql/aggregate_users_stats.sql alone';
    COMMENT ON COLUMN users_stats.flagged_users IS 'of the total: rows in which something was repaired';
    COMMENT ON COLUMN users_stats.foreign_users IS 'of the total: rows that no run asked for';
    COMMENT ON COLUMN users_stats.undated_users IS 'of the total: rows without event_time, counted on the day they came';
  `);
  await knex.raw(usersStatsProgress);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(dropUsersStatsProgress);
  await knex.raw(`
    ALTER TABLE users_stats DROP COLUMN foreign_users, DROP COLUMN undated_users;
    COMMENT ON TABLE users_stats IS NULL;
    COMMENT ON COLUMN users_stats.flagged_users IS NULL;
  `);
}

export const usersStatsProgress = `
    CREATE TABLE users_stats_progress (
      only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
      restart boolean NOT NULL DEFAULT true,
      settled_id bigint NOT NULL DEFAULT 0,
      settling_id bigint NOT NULL DEFAULT 0,
      pending_id bigint NOT NULL DEFAULT 0,
      pending_writers text[] NOT NULL DEFAULT '{}',
      aggregated_at timestamptz
    );
    COMMENT ON COLUMN users_stats_progress.restart IS 'true: the next aggregation begins from nothing';
    COMMENT ON COLUMN users_stats_progress.settled_id IS 'rows up to this id are counted for good: no open transaction can add one';
    COMMENT ON COLUMN users_stats_progress.settling_id IS 'settled_id once the aggregation under way has ended';
    COMMENT ON COLUMN users_stats_progress.pending_id IS 'settled as soon as pending_writers have all ended';
    COMMENT ON COLUMN users_stats_progress.pending_writers IS 'transactions that were writing to users_raw when pending_id was the highest id';

    CREATE TABLE users_stats_unsettled (
      stat_date date NOT NULL,
      country varchar(128) NOT NULL,
      total_users bigint NOT NULL,
      flagged_users bigint NOT NULL,
      foreign_users bigint NOT NULL,
      undated_users bigint NOT NULL
    );
    COMMENT ON TABLE users_stats_unsettled IS 'the part of users_stats that the next aggregation counts again: rows above settled_id';

    CREATE TABLE users_stats_corrections (LIKE users_stats_unsettled);
    COMMENT ON TABLE users_stats_corrections IS 'what changes and deletions of settled rows add to and take from users_stats at the next aggregation';

    CREATE FUNCTION correct_users_stats() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      settled bigint;
    BEGIN
      INSERT INTO users_stats_progress DEFAULT VALUES ON CONFLICT DO NOTHING;
      -- Until this transaction ends no aggregation moves the border between rows that count for good and those
      -- that are read again.
      SELECT settled_id INTO settled FROM users_stats_progress FOR SHARE;
      INSERT INTO users_stats_corrections
      SELECT coalesce((event_time AT TIME ZONE 'UTC')::date, (created_at AT TIME ZONE 'UTC')::date),
             coalesce(country, 'UNKNOWN'),
             -count(*), -count(error), -count(*) FILTER (WHERE run_id IS NULL), -count(*) FILTER (WHERE event_time IS NULL)
        FROM old_rows WHERE id <= settled GROUP BY 1, 2;
      IF TG_OP = 'UPDATE' THEN
        INSERT INTO users_stats_corrections
        SELECT coalesce((event_time AT TIME ZONE 'UTC')::date, (created_at AT TIME ZONE 'UTC')::date),
               coalesce(country, 'UNKNOWN'),
               count(*), count(error), count(*) FILTER (WHERE run_id IS NULL), count(*) FILTER (WHERE event_time IS NULL)
          FROM new_rows WHERE id <= settled GROUP BY 1, 2;
      END IF;
      RETURN NULL;
    END $$;

    CREATE FUNCTION restart_users_stats() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO users_stats_progress DEFAULT VALUES ON CONFLICT (only_row) DO UPDATE SET restart = true;
      RETURN NULL;
    END $$;

    CREATE TRIGGER users_stats_deletion AFTER DELETE ON users_raw
      REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION correct_users_stats();
    CREATE TRIGGER users_stats_change AFTER UPDATE ON users_raw
      REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION correct_users_stats();
    CREATE TRIGGER users_stats_truncation AFTER TRUNCATE ON users_raw
      FOR EACH STATEMENT EXECUTE FUNCTION restart_users_stats();
`;

export const dropUsersStatsProgress = `
    DROP TRIGGER users_stats_deletion ON users_raw;
    DROP TRIGGER users_stats_change ON users_raw;
    DROP TRIGGER users_stats_truncation ON users_raw;
    DROP FUNCTION correct_users_stats, restart_users_stats;
    DROP TABLE users_stats_progress, users_stats_unsettled, users_stats_corrections;
`;
