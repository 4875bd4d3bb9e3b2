"""Superset's settings, the same natively and in a container. https://superset.apache.org/docs/configuration"""

import os
import secrets
from datetime import timedelta
from pathlib import Path

home = Path(os.environ["SUPERSET_HOME"])


def read_secret_key() -> str:
    """
    The key that signs sessions and encrypts the database's password: the operator's, or one made at the first
    start and kept where only this user reads it. With another key Superset could not decrypt what it has stored.
    """
    if key := os.environ.get("SUPERSET_SECRET_KEY", "").strip():
        return key
    file = home / "secret_key"
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        # Written beside its place: a start that is cut off leaves no half a key.
        new = home / f"secret_key.{os.getpid()}"
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
            output.write(secrets.token_urlsafe(48))
        new.replace(file)
    return file.read_text()


SECRET_KEY = read_secret_key()
SQLALCHEMY_DATABASE_URI = os.environ.get("SUPERSET_METADATA_URL") or f"sqlite:///{home / 'superset.db'}?timeout=30"

APP_NAME = "Synthetic data"
LOGO_TARGET_PATH = "/superset/dashboard/synthetic-data/"

# Several people who look at the same dashboard ask the database once; nobody sees what is older than this.
cache_seconds = 5
DATA_CACHE_CONFIG = {
    "CACHE_TYPE": "FileSystemCache",
    "CACHE_DIR": str(home / "cache"),
    "CACHE_DEFAULT_TIMEOUT": cache_seconds,
    "CACHE_THRESHOLD": 500,
}
CACHE_CONFIG = {"CACHE_TYPE": "SimpleCache", "CACHE_DEFAULT_TIMEOUT": 60}
# Superset would go around the cache at each automatic refresh.
DASHBOARD_AUTO_REFRESH_MODE = "fetch"

# The dataset of the latest records reads the run that the dashboard's filter names.
FEATURE_FLAGS = {"ENABLE_TEMPLATE_PROCESSING": True}

# A mistake in Explore or SQL Lab costs the database no more than this.
SUPERSET_WEBSERVER_TIMEOUT = 30
SQLLAB_TIMEOUT = 30
SQL_MAX_ROW = 10_000
ROW_LIMIT = 5_000

# A dashboard loads many files at once; with SUPERSET_ENV=production a visitor has 50 requests a second by default.
RATELIMIT_APPLICATION = "500 per second"
# Cookies know no ports, and the product's other pages stand on the same host.
SESSION_COOKIE_NAME = "superset_session"
SESSION_COOKIE_SAMESITE = "Lax"
PERMANENT_SESSION_LIFETIME = timedelta(hours=12)

# The page needs no other host, and may tell none of who looks at it.
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'", "data:"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}
