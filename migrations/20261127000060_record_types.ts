import type { Knex } from "knex";

/**
 * The registry of record types (ADR 26), and the two functions of the owner's by which the service's role, which may change no table,
 * makes those of own types and adds columns to them. Names come as values and are quoted, types are of a closed list.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE record_types (
      name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]{0,47}$'),
      version integer NOT NULL CHECK (version > 0),
      topic text NOT NULL,
      table_name text,
      definition text NOT NULL,
      media_type text NOT NULL CHECK (media_type IN ('application/json', 'application/yaml')),
      digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
      field_versions json NOT NULL DEFAULT '{}',
      created_at timestamptz NOT NULL DEFAULT now(),
      deleted_at timestamptz,
      PRIMARY KEY (name, version)
    );
    CREATE UNIQUE INDEX record_types_topic ON record_types (translate(topic, '.', '_')) WHERE version = 1;
    CREATE UNIQUE INDEX record_types_table ON record_types (table_name) WHERE version = 1;
    COMMENT ON TABLE record_types IS 'own types of records, each version as it was registered; its rows change in nothing but deleted_at';
    COMMENT ON COLUMN record_types.topic IS 'the same in all versions; Kafka takes . and _ for one another';
    COMMENT ON COLUMN record_types.table_name IS 'the same in all versions; NULL: its records go to Kafka only';
    COMMENT ON COLUMN record_types.definition IS 'as it came';
    COMMENT ON COLUMN record_types.digest IS 'SHA-256 of what the definition says, whatever the order and spelling';
    COMMENT ON COLUMN record_types.field_versions IS 'fields that came with a later version than the first, and with which';
    COMMENT ON COLUMN record_types.deleted_at IS 'since when it takes no runs; its table and rows stay';

    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER record_types_kept
      BEFORE DELETE OR UPDATE OF name, version, topic, table_name, definition, media_type, digest, field_versions, created_at
      ON record_types FOR EACH ROW EXECUTE FUNCTION refuse_change();

    CREATE FUNCTION describe_record_columns(column_names text[], column_types text[]) RETURNS SETOF text
      LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
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
    END $$;

    -- Own types share the schema with the product: what its present and coming tables are called is not theirs, nor what other programs take.
    CREATE FUNCTION is_reserved_table(table_name text) RETURNS boolean
      LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
      -- No question marks: Knex would take them for values.
      RETURN table_name ~ '^(chunk|dataset|dead_letter|record_type|run)(s_|s$|_|$)'
          OR table_name ~ '^(consumer_progress|country_codes|record_series)(_|$)'
          OR table_name ~ '^(knex|pg|sql|users)_';

    CREATE FUNCTION create_record_table(table_name text, column_names text[], column_types text[]) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
    END $$;

    CREATE FUNCTION add_record_columns(table_name text, column_names text[], column_types text[]) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
    END $$;
  `);
  // By default everybody may. Whoever may ask for runs may register types: the roles have other names elsewhere.
  await knex.raw(`
    REVOKE EXECUTE ON FUNCTION describe_record_columns, create_record_table, add_record_columns FROM PUBLIC;
    DO $$
    DECLARE
      role regrole;
    BEGIN
      FOR role IN
        SELECT grantee FROM pg_class, aclexplode(relacl)
         WHERE pg_class.oid = 'runs'::regclass AND privilege_type = 'INSERT' AND grantee NOT IN (relowner, 0)
      LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION create_record_table, add_record_columns TO %s', role);
      END LOOP;
    END $$;
  `);
}

/** Tables without a record go with their types. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DO $$
    DECLARE
      own text;
      holds_records boolean;
    BEGIN
      FOR own IN SELECT table_name FROM record_types
                  WHERE version = 1 AND to_regclass(format('public.%I', table_name)) IS NOT NULL LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', own) INTO holds_records;
        IF holds_records THEN
          RAISE EXCEPTION 'the table % of an own type holds records, which are of no type without the registry', own
            USING HINT = format('Keep them under another name first: ALTER TABLE %I RENAME TO …', own);
        END IF;
        EXECUTE format('DROP TABLE %I', own);
      END LOOP;
    END $$;
    DROP FUNCTION add_record_columns, create_record_table, is_reserved_table, describe_record_columns;
    DROP TABLE record_types;
    DROP FUNCTION refuse_change;
  `);
}
