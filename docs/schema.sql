-- What the migrations make, written by: UPDATE_SCHEMA=1 npm test -- test/migrations

CREATE TABLE chunks (
  run_id uuid NOT NULL,
  index integer NOT NULL,
  first_seq bigint NOT NULL,
  end_seq bigint NOT NULL,
  generation integer NOT NULL DEFAULT 0,
  produced_at timestamp with time zone,
  kafka_partition integer,
  kafka_end_offset bigint,
  accounted int8multirange NOT NULL DEFAULT '{}'::int8multirange,
  stored integer NOT NULL DEFAULT 0,
  flagged integer NOT NULL DEFAULT 0,
  dead_lettered integer NOT NULL DEFAULT 0,
  closed_at timestamp with time zone,
  kafka_topic_id uuid,
  due_seconds double precision,
  last_due_seconds double precision,
  kafka_topic text,
  job text NOT NULL DEFAULT 'due'::text,
  CONSTRAINT chunks_pkey PRIMARY KEY (run_id, index),
  CONSTRAINT chunks_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id),
  CONSTRAINT chunks_accounted_within CHECK ((accounted <@ int8multirange(int8range(first_seq, end_seq)))),
  CONSTRAINT chunks_check CHECK ((end_seq > first_seq)),
  CONSTRAINT chunks_check1 CHECK (((flagged >= 0) AND (flagged <= stored))),
  CONSTRAINT chunks_closed_balances CHECK (((closed_at IS NOT NULL) = ((stored + dead_lettered) = (end_seq - first_seq)))),
  CONSTRAINT chunks_dead_lettered_check CHECK ((dead_lettered >= 0)),
  CONSTRAINT chunks_due_in_order CHECK ((due_seconds <= last_due_seconds)),
  CONSTRAINT chunks_due_whole CHECK (((due_seconds IS NULL) = (last_due_seconds IS NULL))),
  CONSTRAINT chunks_first_seq_check CHECK ((first_seq >= 0)),
  CONSTRAINT chunks_index_check CHECK ((index >= 0)),
  CONSTRAINT chunks_job_check CHECK ((job = ANY (ARRAY['due'::text, 'shelved'::text, 'failed'::text]))),
  CONSTRAINT chunks_stored_check CHECK ((stored >= 0))
);

CREATE UNIQUE INDEX chunks_first_seq ON public.chunks USING btree (run_id, first_seq);
CREATE INDEX chunks_half_made ON public.chunks USING btree (run_id, index) WHERE ((closed_at IS NULL) AND (produced_at IS NULL) AND ((stored + dead_lettered) > 0) AND (job = 'shelved'::text));
CREATE INDEX chunks_open ON public.chunks USING btree (run_id, index) WHERE (closed_at IS NULL);
CREATE INDEX chunks_pending ON public.chunks USING btree (run_id, index) WHERE ((closed_at IS NULL) AND ((job = 'due'::text) OR (produced_at IS NOT NULL)));
CREATE INDEX chunks_retried ON public.chunks USING btree (run_id, index) WHERE (generation > 0);
COMMENT ON COLUMN chunks.end_seq IS 'exclusive';
COMMENT ON COLUMN chunks.generation IS 'raised whenever the chunk must be queued anew; part of its job''s id';
COMMENT ON COLUMN chunks.kafka_end_offset IS 'exclusive; where the produced messages end in the partition';
COMMENT ON COLUMN chunks.accounted IS 'sequence numbers that have an outcome: a row or a dead letter';
COMMENT ON COLUMN chunks.kafka_topic_id IS 'Kafka''s id of the topic before the chunk was sent to it';
COMMENT ON COLUMN chunks.due_seconds IS 'when its first record is due, by the run''s clock; NULL: at once';
COMMENT ON COLUMN chunks.last_due_seconds IS 'when its last record is due';
COMMENT ON COLUMN chunks.kafka_topic IS 'to which it was produced; NULL: before that was recorded, and taken for the topic of whoever asks';
COMMENT ON COLUMN chunks.job IS 'due: it has one, or is to get one; shelved: it has none, since its run is paused or was cancelled; failed: it, or its run, has failed for good';

CREATE TABLE consumer_progress (
  topic text NOT NULL,
  kafka_partition integer NOT NULL,
  next_offset bigint NOT NULL,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  topic_id uuid,
  CONSTRAINT consumer_progress_pkey PRIMARY KEY (topic, kafka_partition),
  CONSTRAINT consumer_progress_kafka_partition_check CHECK ((kafka_partition >= 0)),
  CONSTRAINT consumer_progress_next_offset_check CHECK ((next_offset >= 0))
);

COMMENT ON TABLE consumer_progress IS 'decides what is read next; Kafka''s committed offset is a hint';
COMMENT ON COLUMN consumer_progress.topic_id IS 'Kafka''s id of the topic in whose log next_offset is; NULL until it is known';

CREATE TABLE country_codes (
  country character varying(128) NOT NULL,
  alpha_3 text NOT NULL,
  CONSTRAINT country_codes_pkey PRIMARY KEY (country),
  CONSTRAINT country_codes_alpha_3_key UNIQUE (alpha_3),
  CONSTRAINT country_codes_alpha_3_check CHECK ((alpha_3 ~ '^[A-Z]{3}$'::text))
);

COMMENT ON COLUMN country_codes.alpha_3 IS 'ISO 3166-1';

CREATE TABLE datasets (
  id uuid NOT NULL DEFAULT uuidv7(),
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  seed bigint NOT NULL,
  reference_date timestamp with time zone NOT NULL,
  types json NOT NULL,
  idempotency_key text,
  request_hash text,
  CONSTRAINT datasets_pkey PRIMARY KEY (id),
  CONSTRAINT datasets_idempotency_key_key UNIQUE (idempotency_key),
  CONSTRAINT datasets_key_has_hash CHECK (((idempotency_key IS NULL) = (request_hash IS NULL))),
  CONSTRAINT datasets_seed_check CHECK ((seed >= 0))
);

COMMENT ON TABLE datasets IS 'requests for records of several types that belong together; each has a run a type';
COMMENT ON COLUMN datasets.types IS 'what was asked of each type, nothing left to a definition''s default but counts that follow from others''';

CREATE TABLE dead_letters (
  id bigint GENERATED ALWAYS AS IDENTITY,
  reason text NOT NULL,
  detail text NOT NULL,
  topic text NOT NULL,
  kafka_partition integer NOT NULL,
  kafka_offset bigint NOT NULL,
  message_key bytea,
  payload bytea,
  headers jsonb NOT NULL,
  run_id uuid,
  seq bigint,
  accounted boolean NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  replays integer NOT NULL DEFAULT 0,
  resolved_at timestamp with time zone,
  CONSTRAINT dead_letters_pkey PRIMARY KEY (id),
  CONSTRAINT dead_letters_accounted_has_identity CHECK (((NOT accounted) OR ((run_id IS NOT NULL) AND (seq IS NOT NULL))))
);

CREATE UNIQUE INDEX dead_letters_identity ON public.dead_letters USING btree (run_id, seq) WHERE accounted;
CREATE INDEX dead_letters_unresolved ON public.dead_letters USING btree (reason, id) WHERE (resolved_at IS NULL);
CREATE INDEX dead_letters_unresolved_of_run ON public.dead_letters USING btree (run_id, reason, id) WHERE ((resolved_at IS NULL) AND (run_id IS NOT NULL));
COMMENT ON COLUMN dead_letters.headers IS 'header name -> values, each in base64';
COMMENT ON COLUMN dead_letters.accounted IS 'counted in its run''s ledger as the outcome of (run_id, seq)';

CREATE TABLE record_statistics (
  statistic text NOT NULL,
  run_id uuid,
  stored_minute timestamp with time zone NOT NULL,
  repair text,
  by_values text[] NOT NULL,
  records bigint NOT NULL,
  sums numeric[] NOT NULL,
  CONSTRAINT record_statistics_key UNIQUE NULLS NOT DISTINCT (statistic, run_id, stored_minute, repair, by_values)
);

COMMENT ON TABLE record_statistics IS 'exact counts of the rows of every table of records; count_records and the tables'' triggers write them';
COMMENT ON COLUMN record_statistics.statistic IS 'the table of records';
COMMENT ON COLUMN record_statistics.run_id IS 'NULL for other producers'' messages';
COMMENT ON COLUMN record_statistics.repair IS 'the first thing that was repaired, without the values; NULL for what came faultless';
COMMENT ON COLUMN record_statistics.by_values IS 'of record_statistics_progress.by_columns: the value as text, of times the day in UTC, of long texts the beginning';
COMMENT ON COLUMN record_statistics.sums IS 'of record_statistics_progress.sum_columns; NULL adds nothing, nor does what is beyond 1e308 or no number';

CREATE TABLE record_statistics_progress (
  statistic text NOT NULL,
  table_name text NOT NULL,
  by_columns text[] NOT NULL DEFAULT '{}'::text[],
  sum_columns text[] NOT NULL DEFAULT '{}'::text[],
  restart boolean NOT NULL DEFAULT true,
  final_id bigint NOT NULL DEFAULT 0,
  counted int8multirange NOT NULL DEFAULT '{}'::int8multirange,
  settled_id bigint NOT NULL DEFAULT 0,
  pending_id bigint NOT NULL DEFAULT 0,
  pending_writers text[] NOT NULL DEFAULT '{}'::text[],
  CONSTRAINT record_statistics_progress_pkey PRIMARY KEY (statistic),
  CONSTRAINT record_statistics_progress_by_columns_check CHECK ((cardinality(by_columns) <= 4)),
  CONSTRAINT record_statistics_progress_sum_columns_check CHECK ((cardinality(sum_columns) <= 8))
);

COMMENT ON TABLE record_statistics_progress IS 'what is counted, and how far: a line for each table of records, and one for users_stats';
COMMENT ON COLUMN record_statistics_progress.restart IS 'true: everything is to be counted anew';
COMMENT ON COLUMN record_statistics_progress.final_id IS 'rows up to this id are counted, and no further one can appear';
COMMENT ON COLUMN record_statistics_progress.counted IS 'ids above it whose rows are counted too';
COMMENT ON COLUMN record_statistics_progress.settled_id IS 'no open transaction can add a row up to this id';
COMMENT ON COLUMN record_statistics_progress.pending_id IS 'settled as soon as pending_writers have all ended';
COMMENT ON COLUMN record_statistics_progress.pending_writers IS 'transactions that were writing to the table when pending_id was the highest id';

CREATE TABLE record_types (
  name text NOT NULL,
  version integer NOT NULL,
  topic text NOT NULL,
  table_name text,
  definition text NOT NULL,
  media_type text NOT NULL,
  digest text NOT NULL,
  field_versions json NOT NULL DEFAULT '{}'::json,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  deleted_at timestamp with time zone,
  state_table text,
  CONSTRAINT record_types_pkey PRIMARY KEY (name, version),
  CONSTRAINT record_types_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT record_types_media_type_check CHECK ((media_type = ANY (ARRAY['application/json'::text, 'application/yaml'::text]))),
  CONSTRAINT record_types_name_check CHECK ((name ~ '^[a-z][a-z0-9_]{0,47}$'::text)),
  CONSTRAINT record_types_version_check CHECK ((version > 0))
);

CREATE UNIQUE INDEX record_types_state_table ON public.record_types USING btree (state_table) WHERE (version = 1);
CREATE UNIQUE INDEX record_types_table ON public.record_types USING btree (table_name) WHERE (version = 1);
CREATE UNIQUE INDEX record_types_topic ON public.record_types USING btree (translate(topic, '.'::text, '_'::text)) WHERE (version = 1);
COMMENT ON TABLE record_types IS 'own types of records, each version as it was registered; its rows change in nothing but deleted_at';
COMMENT ON COLUMN record_types.topic IS 'the same in all versions; Kafka takes . and _ for one another';
COMMENT ON COLUMN record_types.table_name IS 'the same in all versions; NULL: its records go to Kafka only';
COMMENT ON COLUMN record_types.definition IS 'as it came';
COMMENT ON COLUMN record_types.digest IS 'SHA-256 of what the definition says, whatever the order and spelling';
COMMENT ON COLUMN record_types.field_versions IS 'fields that came with a later version than the first, and with which';
COMMENT ON COLUMN record_types.deleted_at IS 'since when it takes no runs; its table and rows stay';
COMMENT ON COLUMN record_types.state_table IS 'the same in all versions; NULL: there is no table of last states';

CREATE TABLE runs (
  id uuid NOT NULL DEFAULT uuidv7(),
  record_type text NOT NULL,
  record_type_version integer NOT NULL,
  status text NOT NULL DEFAULT 'queued'::text,
  requested bigint,
  produced bigint NOT NULL DEFAULT 0,
  stored bigint NOT NULL DEFAULT 0,
  flagged bigint NOT NULL DEFAULT 0,
  dead_lettered bigint NOT NULL DEFAULT 0,
  fields text[] NOT NULL,
  seed bigint NOT NULL,
  reference_date timestamp with time zone NOT NULL,
  chunk_size integer NOT NULL,
  planned_chunks integer NOT NULL DEFAULT 0,
  idempotency_key text,
  request_hash text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  error text,
  options jsonb NOT NULL DEFAULT '{}'::jsonb,
  rate double precision,
  shape jsonb,
  planned_records bigint NOT NULL DEFAULT 0,
  clock_from timestamp with time zone,
  paused_at timestamp with time zone,
  anchor_seq bigint,
  anchor_due_seconds double precision,
  anchor_shape_seconds double precision,
  shelved_records bigint NOT NULL DEFAULT 0,
  was_paused boolean NOT NULL DEFAULT false,
  dataset_id uuid,
  chunk_multiple integer NOT NULL DEFAULT 1,
  CONSTRAINT runs_pkey PRIMARY KEY (id),
  CONSTRAINT runs_idempotency_key_key UNIQUE (idempotency_key),
  CONSTRAINT runs_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES datasets(id),
  CONSTRAINT runs_accounted_at_most_once CHECK (((stored + dead_lettered) <= COALESCE(requested, planned_records))),
  CONSTRAINT runs_anchor_of_rate CHECK (((anchor_seq IS NULL) OR (rate IS NOT NULL))),
  CONSTRAINT runs_anchor_whole CHECK ((num_nulls(clock_from, anchor_seq, anchor_due_seconds, anchor_shape_seconds) = ANY (ARRAY[0, 4]))),
  CONSTRAINT runs_check1 CHECK (((flagged >= 0) AND (flagged <= stored))),
  CONSTRAINT runs_chunk_multiple_check CHECK ((chunk_multiple > 0)),
  CONSTRAINT runs_chunk_size_check CHECK ((chunk_size > 0)),
  CONSTRAINT runs_completed_balances CHECK (((status <> 'completed'::text) OR ((requested IS NOT NULL) AND ((stored + dead_lettered) = requested)))),
  CONSTRAINT runs_dead_lettered_check CHECK ((dead_lettered >= 0)),
  CONSTRAINT runs_endless_has_rate CHECK (((requested IS NOT NULL) OR (rate IS NOT NULL))),
  CONSTRAINT runs_fields_check CHECK ((cardinality(fields) > 0)),
  CONSTRAINT runs_finished CHECK (((status = ANY (ARRAY['completed'::text, 'cancelled'::text, 'failed'::text])) = (finished_at IS NOT NULL))),
  CONSTRAINT runs_key_has_hash CHECK (((idempotency_key IS NULL) = (request_hash IS NULL))),
  CONSTRAINT runs_planned_within CHECK (((planned_records >= 0) AND (planned_records <= COALESCE(requested, '9007199254740991'::bigint)))),
  CONSTRAINT runs_produced_within CHECK (((produced >= 0) AND (produced <= COALESCE(requested, planned_records)))),
  CONSTRAINT runs_rate_check CHECK ((rate > (0)::double precision)),
  CONSTRAINT runs_rate_has_shape CHECK (((rate IS NULL) = (shape IS NULL))),
  CONSTRAINT runs_requested_check CHECK (((requested > 0) OR ((requested = 0) AND (dataset_id IS NOT NULL)))),
  CONSTRAINT runs_seed_check CHECK ((seed >= 0)),
  CONSTRAINT runs_shelved_within CHECK (((shelved_records >= 0) AND (shelved_records <= planned_records))),
  CONSTRAINT runs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'paused'::text, 'completed'::text, 'cancelled'::text, 'failed'::text]))),
  CONSTRAINT runs_stored_check CHECK ((stored >= 0))
);

CREATE INDEX runs_by_duration ON public.runs USING btree (((-
CASE
    WHEN (started_at IS NULL) THEN '00:00:00'::interval
    ELSE (COALESCE(finished_at, 'infinity'::timestamp with time zone) - started_at)
END)), id);
CREATE INDEX runs_by_id_end ON public.runs USING btree (reverse((id)::text) text_pattern_ops);
CREATE INDEX runs_by_seed ON public.runs USING btree (seed);
CREATE INDEX runs_by_size ON public.runs USING btree (COALESCE(requested, '9223372036854775807'::bigint), id);
CREATE INDEX runs_by_status ON public.runs USING btree (status, id);
CREATE INDEX runs_by_type ON public.runs USING btree (record_type, id);
CREATE INDEX runs_of_dataset ON public.runs USING btree (dataset_id, id) WHERE (dataset_id IS NOT NULL);
CREATE INDEX runs_paced ON public.runs USING btree (id) WHERE ((rate IS NOT NULL) AND (status = ANY (ARRAY['queued'::text, 'running'::text])));
CREATE INDEX runs_to_plan ON public.runs USING btree (LEAST(((planned_records - shelved_records) + chunk_size), requested), id) WHERE ((rate IS NULL) AND (status = ANY (ARRAY['queued'::text, 'running'::text])) AND ((planned_records < requested) OR (shelved_records > 0)));
CREATE INDEX runs_unfinished ON public.runs USING btree (id) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text, 'paused'::text]));
CREATE INDEX runs_with_error ON public.runs USING btree (id) WHERE (error IS NOT NULL);
COMMENT ON COLUMN runs.requested IS 'NULL: without an end';
COMMENT ON COLUMN runs.options IS 'how the records are drawn and spoiled, settled: nothing in it is left to a default';
COMMENT ON COLUMN runs.rate IS 'records a second; NULL: as fast as can be';
COMMENT ON COLUMN runs.shape IS 'how the rate varies with time';
COMMENT ON COLUMN runs.planned_records IS 'records below it are in chunks';
COMMENT ON COLUMN runs.clock_from IS 'when the clock of a paced run was at 0; later by the time that it was paused';
COMMENT ON COLUMN runs.paused_at IS 'since when its clock stands still';
COMMENT ON COLUMN runs.anchor_seq IS 'the record from which its schedule is reckoned; NULL until it begins';
COMMENT ON COLUMN runs.anchor_due_seconds IS 'when that record is due, by the run''s clock';
COMMENT ON COLUMN runs.anchor_shape_seconds IS 'how many seconds of the shape have passed by then';
COMMENT ON COLUMN runs.shelved_records IS 'of those planned: in chunks that are not produced and have no job';
COMMENT ON COLUMN runs.dataset_id IS 'NULL: it was asked for by itself';
COMMENT ON COLUMN runs.chunk_multiple IS 'all chunks but the last one end at multiples of so many records: all messages about a record that changes are of one chunk';

CREATE TABLE users_raw (
  id bigint GENERATED ALWAYS AS IDENTITY,
  name character varying(255),
  email character varying(255),
  event_time timestamp with time zone,
  password_hash character varying(255),
  country character varying(128),
  city character varying(128),
  phone_number character varying(64),
  job character varying(255),
  company character varying(255),
  ipv4 character varying(45),
  raw_payload json NOT NULL,
  error text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  run_id uuid,
  seq bigint,
  kafka_partition integer NOT NULL,
  kafka_offset bigint NOT NULL,
  CONSTRAINT users_raw_pkey PRIMARY KEY (id),
  CONSTRAINT users_raw_identity_whole CHECK (((run_id IS NULL) = (seq IS NULL)))
);

CREATE UNIQUE INDEX users_raw_identity ON public.users_raw USING btree (run_id, seq) WHERE (run_id IS NOT NULL);
COMMENT ON COLUMN users_raw.raw_payload IS 'the message''s value as it came; jsonb''s text of it in rows from before ADR 20';
COMMENT ON COLUMN users_raw.error IS 'what was repaired; a row with it is flagged';
COMMENT ON COLUMN users_raw.run_id IS 'NULL for another producer''s message, whose identity is topic, partition, offset';

CREATE TABLE users_stats (
  stat_date date NOT NULL,
  country character varying(128) NOT NULL,
  total_users bigint NOT NULL,
  flagged_users bigint NOT NULL DEFAULT 0,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  foreign_users bigint NOT NULL DEFAULT 0,
  undated_users bigint NOT NULL DEFAULT 0,
  CONSTRAINT users_stats_pkey PRIMARY KEY (stat_date, country),
  CONSTRAINT users_stats_check CHECK (((flagged_users >= 0) AND (flagged_users <= total_users))),
  CONSTRAINT users_stats_check1 CHECK (((foreign_users >= 0) AND (foreign_users <= total_users))),
  CONSTRAINT users_stats_check2 CHECK (((undated_users >= 0) AND (undated_users <= total_users))),
  CONSTRAINT users_stats_total_users_check CHECK ((total_users >= 0))
);

COMMENT ON TABLE users_stats IS 'as of the last aggregation (airflow/sql/aggregate_users_stats.sql), but for rows that are changed or deleted: those at once';
COMMENT ON COLUMN users_stats.flagged_users IS 'of the total: rows in which something was repaired';
COMMENT ON COLUMN users_stats.foreign_users IS 'of the total: rows that no run asked for';
COMMENT ON COLUMN users_stats.undated_users IS 'of the total: rows without event_time, counted on the day they came';

CREATE OR REPLACE FUNCTION public.add_record_columns(table_name text, column_names text[], column_types text[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      -- A table that has these columns was made above: nobody else makes tables whose names the service's role knows.
      IF (SELECT count(*)
            FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
           WHERE relname = table_name AND relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT attisdropped
             AND attname IN ('_id', '_run_id', '_seq', '_partition', '_offset', '_error', '_raw', '_created_at')) < 8 THEN
        RAISE EXCEPTION 'there is no table of records %', quote_nullable(table_name) USING ERRCODE = 'undefined_table';
      END IF;
      EXECUTE format(
        'ALTER TABLE public.%I %s',
        table_name,
        (SELECT string_agg('ADD COLUMN ' || line, ', ') FROM public.describe_record_columns(column_names, column_types) AS line)
      );
    END $function$;

CREATE OR REPLACE FUNCTION public.add_state_columns(table_name text, column_names text[], column_types text[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      IF NOT EXISTS (SELECT FROM public.record_types AS t WHERE t.state_table = add_state_columns.table_name)
         OR (SELECT count(*) FROM pg_attribute
              WHERE attrelid = to_regclass(format('public.%I', table_name)) AND NOT attisdropped
                AND attname IN ('_run_id', '_seq', '_deleted')) < 3 THEN
        RAISE EXCEPTION 'there is no table of states %', quote_nullable(table_name) USING ERRCODE = 'undefined_table';
      END IF;
      EXECUTE format(
        'ALTER TABLE public.%I %s',
        table_name,
        (SELECT string_agg('ADD COLUMN ' || line, ', ') FROM public.describe_record_columns(column_names, column_types) AS line)
      );
    END $function$;

CREATE OR REPLACE FUNCTION public.attach_record_statistics(table_name text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      EXECUTE format('CREATE TRIGGER record_statistics_deletion AFTER DELETE ON public.%I REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION public.correct_record_statistics()', table_name);
      EXECUTE format('CREATE TRIGGER record_statistics_change AFTER UPDATE ON public.%I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION public.correct_record_statistics()', table_name);
      EXECUTE format('CREATE TRIGGER record_statistics_truncation AFTER TRUNCATE ON public.%I
        FOR EACH STATEMENT EXECUTE FUNCTION public.restart_record_statistics()', table_name);
    END $function$;

CREATE OR REPLACE FUNCTION public.correct_record_statistics()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET "DateStyle" TO 'ISO'
 SET extra_float_digits TO '1'
AS $function$
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
    END $function$;

CREATE OR REPLACE FUNCTION public.count_records(statistic text, max_ids bigint DEFAULT NULL::bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET "DateStyle" TO 'ISO'
 SET extra_float_digits TO '1'
AS $function$
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
    END $function$;

CREATE OR REPLACE FUNCTION public.create_record_table(table_name text, column_names text[], column_types text[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    DECLARE
      role text;
      privileges text;
    BEGIN
      IF NOT EXISTS (SELECT FROM public.record_types AS t WHERE t.table_name = create_record_table.table_name) THEN
        RAISE EXCEPTION 'no type of records has the table %', quote_nullable(table_name) USING ERRCODE = 'undefined_object';
      END IF;
      IF (table_name ~ '^[a-z][a-z0-9_]{0,47}$') IS NOT TRUE THEN
        RAISE EXCEPTION 'a table of records cannot be called %', table_name USING ERRCODE = 'invalid_name';
      END IF;
      -- Before one of ours PostgreSQL finds its own.
      IF EXISTS (SELECT FROM pg_class
                  WHERE relname = table_name AND relnamespace IN ('pg_catalog'::regnamespace, 'public'::regnamespace)) THEN
        RAISE EXCEPTION 'there is already a relation %', table_name USING ERRCODE = 'duplicate_table';
      END IF;
      IF public.is_reserved_table(table_name) THEN
        RAISE EXCEPTION 'the name % is reserved for tables of the product', table_name USING ERRCODE = 'reserved_name';
      END IF;
      EXECUTE format(
        'CREATE TABLE public.%I (%s)',
        table_name,
        (SELECT string_agg(line, ', ') FROM (
          SELECT unnest(ARRAY[
            '_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
            '_run_id uuid',
            '_seq bigint',
            '_partition integer NOT NULL',
            '_offset bigint NOT NULL',
            '_error text',
            '_raw json NOT NULL',
            '_created_at timestamptz NOT NULL DEFAULT now()',
            'CONSTRAINT identity_whole CHECK ((_run_id IS NULL) = (_seq IS NULL))'
          ])
          UNION ALL SELECT describe_record_columns FROM public.describe_record_columns(column_names, column_types)
        ) AS lines (line))
      );
      EXECUTE format('CREATE UNIQUE INDEX ON public.%I (_run_id, _seq) WHERE _run_id IS NOT NULL', table_name);
      -- Whoever may do something with users may do it with these records, whatever is granted by default.
      FOR role, privileges IN
        SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, string_agg(privilege_type, ', ')
          FROM pg_class, aclexplode(relacl)
         WHERE pg_class.oid = 'public.users_raw'::regclass AND grantee <> relowner
         GROUP BY grantee
      LOOP
        EXECUTE format('GRANT %s ON public.%I TO %s', privileges, table_name, role);
      END LOOP;
    END $function$;

CREATE OR REPLACE FUNCTION public.create_state_table(table_name text, column_names text[], column_types text[], key_columns text[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    DECLARE
      role text;
      privileges text;
    BEGIN
      IF NOT EXISTS (SELECT FROM public.record_types AS t WHERE t.state_table = create_state_table.table_name) THEN
        RAISE EXCEPTION 'no type of records has the table of states %', quote_nullable(table_name) USING ERRCODE = 'undefined_object';
      END IF;
      IF (table_name ~ '^[a-z][a-z0-9_]{0,47}$') IS NOT TRUE THEN
        RAISE EXCEPTION 'a table of states cannot be called %', table_name USING ERRCODE = 'invalid_name';
      END IF;
      IF EXISTS (SELECT FROM pg_class
                  WHERE relname = table_name AND relnamespace IN ('pg_catalog'::regnamespace, 'public'::regnamespace)) THEN
        RAISE EXCEPTION 'there is already a relation %', table_name USING ERRCODE = 'duplicate_table';
      END IF;
      IF public.is_reserved_table(table_name) THEN
        RAISE EXCEPTION 'the name % is reserved for tables of the product', table_name USING ERRCODE = 'reserved_name';
      END IF;
      EXECUTE format(
        'CREATE TABLE public.%I (_run_id uuid NOT NULL, _seq bigint NOT NULL, _deleted boolean NOT NULL, %s)',
        table_name,
        (SELECT string_agg(line, ', ') FROM public.describe_record_columns(column_names, column_types) AS line)
      );
      EXECUTE format('CREATE UNIQUE INDEX ON public.%I (_run_id, %s)', table_name,
                     (SELECT string_agg(quote_ident(name), ', ' ORDER BY place) FROM unnest(key_columns) WITH ORDINALITY AS k (name, place)));
      EXECUTE format('CREATE UNIQUE INDEX ON public.%I (_run_id, _seq)', table_name);
      EXECUTE format('COMMENT ON TABLE public.%I IS %L', table_name,
                     'the last state of each record of a run; of deleted ones the one before');
      -- Whoever may do something with users may do it with these, whatever is granted by default.
      FOR role, privileges IN
        SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
               string_agg(privilege_type, ', ')
          FROM pg_class, aclexplode(relacl)
         WHERE pg_class.oid = 'public.users_raw'::regclass AND grantee <> relowner
         GROUP BY grantee
      LOOP
        EXECUTE format('GRANT %s ON public.%I TO %s', privileges, table_name, role);
      END LOOP;
    END $function$;

CREATE OR REPLACE FUNCTION public.describe_record_columns(column_names text[], column_types text[])
 RETURNS SETOF text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    DECLARE
      column_name text;
      column_type text;
    BEGIN
      FOR column_name, column_type IN SELECT * FROM unnest(column_names, column_types) LOOP
        IF (octet_length(column_name) BETWEEN 1 AND 63) IS NOT TRUE THEN
          RAISE EXCEPTION 'a column''s name has 1 to 63 bytes, not %', quote_nullable(column_name) USING ERRCODE = 'invalid_name';
        END IF;
        IF (column_type IN ('text', 'bigint', 'numeric', 'double precision', 'boolean', 'timestamptz', 'date', 'uuid', 'jsonb'))
           IS NOT TRUE THEN
          RAISE EXCEPTION 'a column of records is of no type %', quote_nullable(column_type) USING ERRCODE = 'invalid_parameter_value';
        END IF;
        RETURN NEXT format('%I %s', column_name, column_type);
      END LOOP;
    END $function$;

CREATE OR REPLACE FUNCTION public.first_repair(error text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
RETURN "left"(split_part(regexp_replace(regexp_replace(regexp_replace(error, '"(\\.|[^"\\])*"'::text, '…'::text, 'g'::text), '\d+ characters cut to \d+'::text, 'too long, cut'::text), '/\d+'::text, '/…'::text, 'g'::text), ';'::text, 1), 200);

CREATE OR REPLACE FUNCTION public.is_reserved_table(table_name text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
RETURN ((table_name ~ '^(chunk|dataset|dead_letter|record_type|run)(s_|s$|_|$)'::text) OR (table_name ~ '^(consumer_progress|country_codes|record_series|record_statistics)(_|$)'::text) OR (table_name ~ '^(knex|pg|sql|users)_'::text));

CREATE OR REPLACE FUNCTION public.keep_record_statistics(table_name text, by_columns text[], sum_columns text[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
    END $function$;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    BEGIN
      RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $function$;

CREATE OR REPLACE FUNCTION public.restart_record_statistics()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      UPDATE public.record_statistics_progress SET restart = true WHERE table_name = TG_TABLE_NAME;
      RETURN NULL;
    END $function$;

CREATE OR REPLACE FUNCTION public.statistics_statement(progress record_statistics_progress, source text, sign integer)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
    END $function$;

CREATE TRIGGER record_types_kept BEFORE DELETE OR UPDATE OF name, version, topic, table_name, state_table, definition, media_type, digest, field_versions, created_at ON record_types FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER record_statistics_change AFTER UPDATE ON users_raw REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION correct_record_statistics();

CREATE TRIGGER record_statistics_deletion AFTER DELETE ON users_raw REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION correct_record_statistics();

CREATE TRIGGER record_statistics_truncation AFTER TRUNCATE ON users_raw FOR EACH STATEMENT EXECUTE FUNCTION restart_record_statistics();

-- view run_names
