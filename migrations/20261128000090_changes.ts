import type { Knex } from "knex";

/**
 * Records that change (ADR 29): chunks that end at multiples of so many messages, and tables of last states, which two functions of the owner's
 * make as they do those of records.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE runs ADD COLUMN chunk_multiple integer NOT NULL DEFAULT 1 CHECK (chunk_multiple > 0);
    COMMENT ON COLUMN runs.chunk_multiple IS 'all chunks but the last one end at multiples of so many records: all messages about a record that changes are of one chunk';
    ALTER TABLE record_types ADD COLUMN state_table text;
    COMMENT ON COLUMN record_types.state_table IS 'the same in all versions; NULL: there is no table of last states';
    CREATE UNIQUE INDEX record_types_state_table ON record_types (state_table) WHERE version = 1;
    CREATE OR REPLACE TRIGGER record_types_kept
      BEFORE DELETE OR UPDATE OF name, version, topic, table_name, state_table, definition, media_type, digest, field_versions, created_at
      ON record_types FOR EACH ROW EXECUTE FUNCTION refuse_change();

    CREATE FUNCTION create_state_table(table_name text, column_names text[], column_types text[], key_columns text[]) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
    END $$;

    CREATE FUNCTION add_state_columns(table_name text, column_names text[], column_types text[]) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
    END $$;

    REVOKE EXECUTE ON FUNCTION create_state_table, add_state_columns FROM PUBLIC;
    DO $$
    DECLARE
      role regrole;
    BEGIN
      FOR role IN
        SELECT grantee FROM pg_class, aclexplode(relacl)
         WHERE pg_class.oid = 'runs'::regclass AND privilege_type = 'INSERT' AND grantee NOT IN (relowner, 0)
      LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION create_state_table, add_state_columns TO %s', role);
      END LOOP;
    END $$;
  `);
}

/** Tables without a state go with their types. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DO $$
    DECLARE
      own text;
      holds_states boolean;
    BEGIN
      FOR own IN SELECT state_table FROM record_types
                  WHERE version = 1 AND to_regclass(format('public.%I', state_table)) IS NOT NULL LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', own) INTO holds_states;
        IF holds_states THEN
          RAISE EXCEPTION 'the table % holds the states of records, which are of no type without the registry', own
            USING HINT = format('Keep them under another name first: ALTER TABLE %I RENAME TO …', own);
        END IF;
        EXECUTE format('DROP TABLE %I', own);
      END LOOP;
    END $$;
    DROP FUNCTION add_state_columns, create_state_table;
    CREATE OR REPLACE TRIGGER record_types_kept
      BEFORE DELETE OR UPDATE OF name, version, topic, table_name, definition, media_type, digest, field_versions, created_at
      ON record_types FOR EACH ROW EXECUTE FUNCTION refuse_change();
    ALTER TABLE record_types DROP COLUMN state_table;
    ALTER TABLE runs DROP COLUMN chunk_multiple;
  `);
}
