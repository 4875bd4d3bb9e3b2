import type { Knex } from "knex";
import { dropUsersStatsProgress, usersStatsProgress } from "./20261124000010_users_stats_progress.ts";
import { dropUsersSummary, usersSummary } from "./20261124000012_users_summary.ts";

/**
 * Statistics of every table of records by one mechanism (ADR 27), in place of the two that users_raw had. An INSERT or COPY into a table of
 * records costs nothing more: no index, no trigger on insertion.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(dropUsersStatsProgress);
  await knex.raw(dropUsersSummary);
  await knex.raw(reservedTables("record_series|record_statistics"));
  await knex.raw(`
    CREATE TABLE record_statistics (
      statistic text NOT NULL,
      run_id uuid,
      stored_minute timestamptz NOT NULL,
      repair text,
      by_values text[] NOT NULL,
      records bigint NOT NULL,
      sums numeric[] NOT NULL,
      CONSTRAINT record_statistics_key UNIQUE NULLS NOT DISTINCT (statistic, run_id, stored_minute, repair, by_values)
    ) WITH (fillfactor = 70);
    COMMENT ON TABLE record_statistics IS 'exact counts of the rows of every table of records; count_records and the tables'' triggers write them';
    COMMENT ON COLUMN record_statistics.statistic IS 'the table of records';
    COMMENT ON COLUMN record_statistics.run_id IS 'NULL for other producers'' messages';
    COMMENT ON COLUMN record_statistics.repair IS 'the first thing that was repaired, without the values; NULL for what came faultless';
    COMMENT ON COLUMN record_statistics.by_values IS 'of record_statistics_progress.by_columns: the value as text, of times the day in UTC, of long texts the beginning';
    COMMENT ON COLUMN record_statistics.sums IS 'of record_statistics_progress.sum_columns; NULL adds nothing, nor does what is beyond 1e308 or no number';

    -- No key that the limits allow is too long for the index.
    CREATE TABLE record_statistics_progress (
      statistic text PRIMARY KEY,
      table_name text NOT NULL,
      by_columns text[] NOT NULL DEFAULT '{}' CHECK (cardinality(by_columns) <= 4),
      sum_columns text[] NOT NULL DEFAULT '{}' CHECK (cardinality(sum_columns) <= 8),
      restart boolean NOT NULL DEFAULT true,
      final_id bigint NOT NULL DEFAULT 0,
      counted int8multirange NOT NULL DEFAULT '{}',
      settled_id bigint NOT NULL DEFAULT 0,
      pending_id bigint NOT NULL DEFAULT 0,
      pending_writers text[] NOT NULL DEFAULT '{}'
    );
    COMMENT ON TABLE record_statistics_progress IS 'what is counted, and how far: a line for each table of records, and one for users_stats';
    COMMENT ON COLUMN record_statistics_progress.restart IS 'true: everything is to be counted anew';
    COMMENT ON COLUMN record_statistics_progress.final_id IS 'rows up to this id are counted, and no further one can appear';
    COMMENT ON COLUMN record_statistics_progress.counted IS 'ids above it whose rows are counted too';
    COMMENT ON COLUMN record_statistics_progress.settled_id IS 'no open transaction can add a row up to this id';
    COMMENT ON COLUMN record_statistics_progress.pending_id IS 'settled as soon as pending_writers have all ended';
    COMMENT ON COLUMN record_statistics_progress.pending_writers IS 'transactions that were writing to the table when pending_id was the highest id';

    COMMENT ON TABLE users_stats IS 'as of the last aggregation (airflow/sql/aggregate_users_stats.sql), but for rows that are changed or deleted: those at once';

    -- What was repaired quotes the record's values, lengths and places in arrays; without them, few texts are left.
    CREATE FUNCTION first_repair(error text) RETURNS text
      LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
      RETURN left(split_part(regexp_replace(regexp_replace(regexp_replace(
        error, '"(\\\\.|[^"\\\\])*"', '…', 'g'), '\\d+ characters cut to \\d+', 'too long, cut'), '/\\d+', '/…', 'g'), ';', 1), 200);

    -- The statement that adds rows to a statistic, or takes them away (sign -1): FROM source, which may use parameters. Run with the settings
    -- of the functions below, so that a value is the same text for everybody.
    CREATE FUNCTION statistics_statement(progress record_statistics_progress, source text, sign integer) RETURNS text
      LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
      own text := CASE progress.table_name WHEN 'users_raw' THEN '' ELSE '_' END;
    BEGIN
      IF progress.statistic = 'users_stats' THEN
        RETURN format($statement$
          MERGE INTO public.users_stats AS s
          USING (SELECT coalesce(event_time, created_at)::date AS stat_date,
                        coalesce(country, 'UNKNOWN') AS country,
                        %1$s * count(*) AS total_users,
                        %1$s * count(error) AS flagged_users,
                        %1$s * count(*) FILTER (WHERE run_id IS NULL) AS foreign_users,
                        %1$s * count(*) FILTER (WHERE event_time IS NULL) AS undated_users
                   FROM %2$s GROUP BY 1, 2) AS c ON s.stat_date = c.stat_date AND s.country = c.country
           WHEN MATCHED AND s.total_users + c.total_users = 0 THEN DELETE
           WHEN MATCHED THEN UPDATE
                SET total_users = s.total_users + c.total_users,
                    flagged_users = s.flagged_users + c.flagged_users,
                    foreign_users = s.foreign_users + c.foreign_users,
                    undated_users = s.undated_users + c.undated_users,
                    updated_at = now()
           WHEN NOT MATCHED THEN
                INSERT (stat_date, country, total_users, flagged_users, foreign_users, undated_users)
                VALUES (c.stat_date, c.country, c.total_users, c.flagged_users, c.foreign_users, c.undated_users)
          $statement$, sign, source);
      END IF;
      RETURN format($statement$
        INSERT INTO public.record_statistics AS s (statistic, run_id, stored_minute, repair, by_values, records, sums)
        SELECT %1$L, %2$I, date_trunc('minute', %3$I), public.first_repair(%4$I), ARRAY[%5$s]::text[],
               %6$s * count(*), ARRAY[%7$s]::numeric[]
          FROM %8$s GROUP BY 1, 2, 3, 4, 5
            ON CONFLICT ON CONSTRAINT record_statistics_key
            DO UPDATE SET records = s.records + EXCLUDED.records, sums = ARRAY[%9$s]::numeric[]
        $statement$,
        progress.statistic, own || 'run_id', own || 'created_at', own || 'error',
        (SELECT string_agg(format(CASE atttypid WHEN 'timestamptz'::regtype THEN '%I::date::text' ELSE 'left(%I::text, 100)' END,
                                  name), ', ' ORDER BY place)
           FROM unnest(progress.by_columns) WITH ORDINALITY AS columns (name, place)
           LEFT JOIN pg_attribute ON attname = name AND attrelid = to_regclass(format('public.%I', progress.table_name))),
        sign,
        (SELECT string_agg(format('%1$s * coalesce(sum(%2$I::numeric) FILTER (WHERE abs(%2$I::numeric) < 1e308), 0)', sign, name),
                           ', ' ORDER BY place)
           FROM unnest(progress.sum_columns) WITH ORDINALITY AS columns (name, place)),
        source,
        (SELECT string_agg(format('s.sums[%1$s] + EXCLUDED.sums[%1$s]', place), ', ' ORDER BY place)
           FROM generate_subscripts(progress.sum_columns, 1) AS place));
    END $$;

    CREATE FUNCTION count_records(statistic text, max_ids bigint DEFAULT NULL) RETURNS bigint
      LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET extra_float_digits = 1 AS $$
    DECLARE
      progress public.record_statistics_progress;
      source text;
      id text;
      last_id bigint;
      writers text[];
      counted_to bigint;
      end_id bigint;
      fresh int8multirange;
    BEGIN
      IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'records are counted in transactions that are READ COMMITTED, each statement of which sees what has been committed before it'
          USING ERRCODE = 'invalid_transaction_state';
      END IF;
      SELECT * INTO progress FROM public.record_statistics_progress AS p WHERE p.statistic = count_records.statistic;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no statistic %', quote_nullable(statistic) USING ERRCODE = 'undefined_object';
      END IF;
      source := format('public.%I', progress.table_name);
      id := CASE progress.table_name WHEN 'users_raw' THEN 'id' ELSE '_id' END;
      IF to_regclass(source) IS NULL THEN
        RETURN 0;
      END IF;
      -- Locks the table before the line of progress, as whoever truncates it does. Where there is nothing to do, nothing is written.
      EXECUTE format('SELECT coalesce(max(%s), 0) FROM %s', id, source) INTO last_id;
      IF last_id <= progress.final_id AND NOT progress.restart THEN
        RETURN 0;
      END IF;
      SELECT * INTO progress FROM public.record_statistics_progress AS p WHERE p.statistic = count_records.statistic FOR UPDATE;

      IF progress.restart THEN
        IF statistic = 'users_stats' THEN
          DELETE FROM public.users_stats;
        END IF;
        DELETE FROM public.record_statistics AS s WHERE s.statistic = count_records.statistic;
        progress.final_id := 0;
        progress.counted := '{}';
        progress.settled_id := 0;
        progress.pending_id := 0;
        progress.pending_writers := '{}';
      END IF;

      -- Who has got an id from the table locked it before, and lets it go after its rows can be seen. So once all who held that lock after
      -- the highest id was read have gone, every id up to that one is settled.
      EXECUTE format('SELECT coalesce(max(%s), 0) FROM %s', id, source) INTO last_id;
      writers := ARRAY(SELECT virtualtransaction FROM pg_locks
                        WHERE relation = to_regclass(source) AND mode = 'RowExclusiveLock' AND granted
                          AND database = (SELECT oid FROM pg_database WHERE datname = current_database()));
      IF writers = '{}' THEN
        progress.settled_id := greatest(last_id, progress.settled_id);
      ELSIF NOT progress.pending_writers && writers THEN
        progress.settled_id := greatest(progress.pending_id, progress.settled_id);
      END IF;
      IF NOT progress.pending_writers && writers THEN
        progress.pending_id := last_id;
        progress.pending_writers := writers;
      END IF;

      counted_to := greatest(progress.final_id, upper(progress.counted) - 1);
      end_id := least(last_id, counted_to + max_ids);
      -- Settled rows stay the same; of the others those are counted that can be seen now. Whoever deletes one waits for this transaction.
      EXECUTE format('SELECT range_agg(int8range(%1$s, %1$s + 1)) FROM %2$s WHERE %1$s > $1 AND %1$s <= $2 AND NOT %1$s <@ $3', id, source)
         INTO fresh USING greatest(progress.final_id, progress.settled_id), end_id, progress.counted;
      fresh := coalesce(fresh, '{}');
      EXECUTE public.statistics_statement(
          progress,
          format('%2$s WHERE %1$s > $1 AND %1$s <= $2 AND NOT %1$s <@ $3 AND (%1$s <= $4 OR %1$s <@ $5)', id, source),
          1
        ) USING progress.final_id, end_id, progress.counted, progress.settled_id, fresh;

      progress.final_id := greatest(progress.final_id, least(progress.settled_id, end_id));
      UPDATE public.record_statistics_progress AS p
         SET restart = false,
             final_id = progress.final_id,
             counted = (progress.counted + fresh) * int8multirange(int8range(progress.final_id + 1, NULL)),
             settled_id = progress.settled_id,
             pending_id = progress.pending_id,
             pending_writers = progress.pending_writers
       WHERE p.statistic = count_records.statistic;
      RETURN greatest(end_id - counted_to, 0);
    END $$;
    COMMENT ON FUNCTION count_records IS 'counts further rows of a statistic''s table, at most so many ids, each row exactly once; returns how many ids it went on';

    CREATE FUNCTION correct_record_statistics() RETURNS trigger
      LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET extra_float_digits = 1 AS $$
    DECLARE
      progress public.record_statistics_progress;
      counted text := CASE TG_TABLE_NAME WHEN 'users_raw' THEN 'id <= $1 OR id <@ $2' ELSE '_id <= $1 OR _id <@ $2' END;
    BEGIN
      -- Until this transaction ends nobody counts, so that it is known of a row whether it was counted.
      FOR progress IN SELECT * FROM public.record_statistics_progress WHERE table_name = TG_TABLE_NAME ORDER BY statistic FOR UPDATE LOOP
        CONTINUE WHEN progress.restart;
        EXECUTE public.statistics_statement(progress, 'old_rows WHERE ' || counted, -1) USING progress.final_id, progress.counted;
        IF TG_OP = 'UPDATE' THEN
          EXECUTE public.statistics_statement(progress, 'new_rows WHERE ' || counted, 1) USING progress.final_id, progress.counted;
        END IF;
        DELETE FROM public.record_statistics WHERE statistic = progress.statistic AND records = 0;
      END LOOP;
      RETURN NULL;
    END $$;

    CREATE FUNCTION restart_record_statistics() RETURNS trigger
      LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
      UPDATE public.record_statistics_progress SET restart = true WHERE table_name = TG_TABLE_NAME;
      RETURN NULL;
    END $$;

    CREATE FUNCTION attach_record_statistics(table_name text) RETURNS void
      LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
      EXECUTE format('CREATE TRIGGER record_statistics_deletion AFTER DELETE ON public.%I REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION public.correct_record_statistics()', table_name);
      EXECUTE format('CREATE TRIGGER record_statistics_change AFTER UPDATE ON public.%I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION public.correct_record_statistics()', table_name);
      EXECUTE format('CREATE TRIGGER record_statistics_truncation AFTER TRUNCATE ON public.%I
        FOR EACH STATEMENT EXECUTE FUNCTION public.restart_record_statistics()', table_name);
    END $$;

    CREATE FUNCTION keep_record_statistics(table_name text, by_columns text[], sum_columns text[]) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
      records regclass := to_regclass(format('public.%I', table_name));
      unfit text;
      is_new boolean;
    BEGIN
      -- A table that has these columns was made by create_record_table.
      IF (SELECT count(*) FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
           WHERE pg_class.oid = records AND relkind = 'r' AND NOT attisdropped
             AND attname IN ('_id', '_run_id', '_seq', '_partition', '_offset', '_error', '_raw', '_created_at')) < 8 THEN
        RAISE EXCEPTION 'there is no table of records %', quote_nullable(table_name) USING ERRCODE = 'undefined_table';
      END IF;
      SELECT quote_nullable(name) INTO unfit
        FROM (SELECT unnest(by_columns), false UNION ALL SELECT unnest(sum_columns), true) AS columns (name, is_sum)
        LEFT JOIN pg_attribute ON attrelid = records AND attname = name AND attnum > 0 AND NOT attisdropped
       WHERE attname IS NULL
          OR (is_sum AND atttypid NOT IN ('bigint'::regtype, 'numeric'::regtype, 'double precision'::regtype));
      IF FOUND THEN
        RAISE EXCEPTION 'the table % has no column % that can be counted by or summed up', table_name, unfit USING ERRCODE = 'undefined_column';
      END IF;
      is_new := NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = records AND tgname = 'record_statistics_deletion');
      IF is_new THEN
        PERFORM public.attach_record_statistics(table_name);
      END IF;
      INSERT INTO public.record_statistics_progress AS p (statistic, table_name, by_columns, sum_columns)
      VALUES (keep_record_statistics.table_name, keep_record_statistics.table_name,
              keep_record_statistics.by_columns, keep_record_statistics.sum_columns)
          ON CONFLICT (statistic) DO UPDATE
         SET restart = true, by_columns = EXCLUDED.by_columns, sum_columns = EXCLUDED.sum_columns
       WHERE is_new OR (p.by_columns, p.sum_columns) <> (EXCLUDED.by_columns, EXCLUDED.sum_columns);
    END $$;

    -- With the triggers, which wait for all who are deleting: one that found no line here could not say later what it had taken away.
    SELECT attach_record_statistics('users_raw');
    INSERT INTO record_statistics_progress (statistic, table_name, by_columns)
    VALUES ('users_raw', 'users_raw', '{country}'), ('users_stats', 'users_raw', '{}');
    -- What their definitions say to count by follows when they are registered again.
    DO $$
    DECLARE
      own text;
    BEGIN
      FOR own IN SELECT table_name FROM record_types
                  WHERE version = 1 AND to_regclass(format('public.%I', table_name)) IS NOT NULL LOOP
        PERFORM keep_record_statistics(own, '{}', '{}');
      END LOOP;
    END $$;

    REVOKE EXECUTE ON FUNCTION attach_record_statistics, keep_record_statistics FROM PUBLIC;
    DO $$
    DECLARE
      role regrole;
    BEGIN
      FOR role IN
        SELECT grantee FROM pg_class, aclexplode(relacl)
         WHERE pg_class.oid = 'runs'::regclass AND privilege_type = 'INSERT' AND grantee NOT IN (relowner, 0)
      LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION keep_record_statistics TO %s', role);
      END LOOP;
    END $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    -- With them their triggers on all tables of records.
    DROP FUNCTION correct_record_statistics, restart_record_statistics CASCADE;
    DROP FUNCTION keep_record_statistics, attach_record_statistics, count_records, statistics_statement, first_repair;
    DROP TABLE record_statistics, record_statistics_progress;
    COMMENT ON TABLE users_stats IS 'as of the last aggregation; written by airflow/sql/aggregate_users_stats.sql alone';
  `);
  await knex.raw(reservedTables("record_series"));
  await knex.raw(usersStatsProgress);
  await knex.raw(usersSummary);
}

const reservedTables = (further: string): string => `
  CREATE OR REPLACE FUNCTION is_reserved_table(table_name text) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
    RETURN table_name ~ '^(chunk|dataset|dead_letter|record_type|run)(s_|s$|_|$)'
        OR table_name ~ '^(consumer_progress|country_codes|${further})(_|$)'
        OR table_name ~ '^(knex|pg|sql|users)_';`;
