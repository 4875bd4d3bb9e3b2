#!/bin/sh
# The image of docker-compose.yml runs this once, as its superuser, when it makes a new volume's data: a database for what
# Airflow and Superset each know of themselves, and a role that has nothing else.
set -eu
add() {
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set name="$1" <<EOS
\\getenv password $2
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
EOS
}
add airflow AIRFLOW_DB_PASSWORD
add superset POSTGRES_SUPERSET_PASSWORD
