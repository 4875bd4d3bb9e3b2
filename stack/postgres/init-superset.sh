#!/bin/sh
# The image of docker-compose.yml runs this once, as its superuser, when it makes a new volume's data: a database for what
# Superset knows of itself, and a role that has nothing else.
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'EOS'
\getenv password POSTGRES_SUPERSET_PASSWORD
CREATE ROLE superset LOGIN PASSWORD :'password';
CREATE DATABASE superset OWNER superset;
REVOKE ALL ON DATABASE superset FROM PUBLIC;
EOS
