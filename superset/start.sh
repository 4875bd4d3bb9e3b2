#!/bin/sh
# Provisions, then serves. Where provisioning fails there is nothing worth serving.
set -eu
python "$(dirname "$0")/provision.py"
# One process with threads: they wait for the database, not for the processor.
exec gunicorn --bind "${SUPERSET_BIND:-0.0.0.0:8088}" --workers 1 --worker-class gthread --threads 8 --timeout 60 \
  --access-logfile /dev/null 'superset.app:create_app()'
