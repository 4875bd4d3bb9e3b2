#!/bin/sh
# The image of docker-compose.yml runs this once, as its superuser, when it makes a new volume's data.
set -eu
# The passwords stand on no command line. The superuser is left without one: it can log in from this container alone.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'EOS'
\getenv owner_password POSTGRES_OWNER_PASSWORD
\getenv user_password POSTGRES_PASSWORD
\getenv reader_password POSTGRES_READER_PASSWORD
SELECT set_config('setup.synthetic_owner', :'owner_password', false),
       set_config('setup.synthetic_user', :'user_password', false),
       set_config('setup.synthetic_reader', :'reader_password', false)
\g /dev/null
\i /opt/synthetic-data/postgres/roles.sql
\i /opt/synthetic-data/postgres/privileges.sql
ALTER ROLE CURRENT_USER PASSWORD NULL;
EOS
