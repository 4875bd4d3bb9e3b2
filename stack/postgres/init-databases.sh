#!/bin/sh
# The image of docker-compose.yml runs this once, as its superuser, when it makes a new volume's data: databases for what
# programs beside ours know of themselves, each with an owner of its name who has nothing else.
set -eu

# The password stands on no command line.
add() {
  PASSWORD="$2" psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set name="$1" --username "$POSTGRES_USER" --dbname postgres <<'EOS'
\getenv password PASSWORD
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
EOS
}

add airflow "$AIRFLOW_DB_PASSWORD"
add superset "$POSTGRES_SUPERSET_PASSWORD"
