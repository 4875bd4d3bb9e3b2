"""Starts Airflow in its container: what cannot stand in docker-compose.yml as it is, is made from what does."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path


def main() -> None:
    """Write the password file, make the web service's connection, and become Airflow."""
    home = Path(os.environ["AIRFLOW_HOME"])
    passwords = home / "passwords.json"
    user = os.environ["AIRFLOW_USER"]
    # Airflow opens this file for writing, too.
    passwords.write_text(json.dumps({user: os.environ["AIRFLOW_PASSWORD"]}))
    passwords.chmod(0o600)
    web = {
        "conn_type": "http",
        "schema": "http",
        "host": os.environ["WEB_HOST"],
        "port": int(os.environ["WEB_PORT"]),
        "login": os.environ["WEB_USER"],
        "password": os.environ["WEB_PASSWORD"],
    }
    os.environ |= {
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{user}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        "AIRFLOW_CONN_SYNTHETIC_WEB": json.dumps(web),
        # One for all of its processes; who was signed in before a restart signs in again.
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
    }
    os.execvp("airflow", ["airflow", "standalone"])  # noqa: S606, S607


if __name__ == "__main__":
    main()
