#!/bin/sh
# Provisions, then serves. Where provisioning fails there is nothing worth serving.
set -eu
python "$(dirname "$0")/provision.py"
exec gunicorn --config "$(dirname "$0")/gunicorn_config.py" --bind "${SUPERSET_BIND:-0.0.0.0:8088}" \
  --access-logfile /dev/null 'superset.app:create_app()'
