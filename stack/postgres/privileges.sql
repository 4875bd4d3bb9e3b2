-- What the roles may do with the objects of this database, those that are there and those that the migrations will make:
-- migrations need to know no role. The database's owner can run it.

GRANT USAGE ON SCHEMA public TO synthetic_user, synthetic_reader;

ALTER DEFAULT PRIVILEGES FOR ROLE synthetic_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO synthetic_user;

ALTER DEFAULT PRIVILEGES FOR ROLE synthetic_owner IN SCHEMA public
  GRANT USAGE ON SEQUENCES TO synthetic_user;

ALTER DEFAULT PRIVILEGES FOR ROLE synthetic_owner IN SCHEMA public
  GRANT SELECT ON TABLES TO synthetic_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO synthetic_user;

GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO synthetic_user;

GRANT SELECT ON ALL TABLES IN SCHEMA public TO synthetic_reader;

-- The migrations that make these grant them themselves; here for a database whose roles come later.
DO $$
BEGIN
  IF to_regproc('public.create_record_table') IS NOT NULL THEN
    GRANT EXECUTE ON FUNCTION public.create_record_table, public.add_record_columns TO synthetic_user;
  END IF;
  IF to_regproc('public.create_state_table') IS NOT NULL THEN
    GRANT EXECUTE ON FUNCTION public.create_state_table, public.add_state_columns TO synthetic_user;
  END IF;
  IF to_regproc('public.keep_record_statistics') IS NOT NULL THEN
    GRANT EXECUTE ON FUNCTION public.keep_record_statistics TO synthetic_user;
  END IF;
END $$;
