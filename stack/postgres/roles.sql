-- The three roles, made where they are missing and put right where they are not, in the product's database. A superuser
-- runs it: the native stack at each start, the container of docker-compose.yml when it makes its data. The passwords are
-- settings of the session: setup.synthetic_owner, setup.synthetic_user, setup.synthetic_reader.
-- PostgreSQL's single-user mode reads this too, for which a statement ends at a semicolon before an empty line.

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['synthetic_owner', 'synthetic_user', 'synthetic_reader'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I', name);
    END IF;
    EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD %L',
                   name, current_setting('setup.' || name));
  END LOOP;
END $$;

-- Once the service's role owned everything.
REASSIGN OWNED BY synthetic_user TO synthetic_owner;

REVOKE pg_monitor, pg_checkpoint FROM synthetic_user;

-- For slips, not for protection: whoever is the role can take these back. What it may not do it has no privilege for.
ALTER ROLE synthetic_reader CONNECTION LIMIT 30;

ALTER ROLE synthetic_reader SET default_transaction_read_only = on;

ALTER ROLE synthetic_reader SET statement_timeout = '60s';

-- An open transaction keeps VACUUM from removing what has been deleted since.
ALTER ROLE synthetic_reader SET idle_in_transaction_session_timeout = '60s';

DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I OWNER TO synthetic_owner', current_database());
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO synthetic_user, synthetic_reader', current_database());
  -- People with psql load what they compare into temporary tables.
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO synthetic_user', current_database());
END $$;
