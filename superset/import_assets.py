"""Superset's own import of assets, which overwrites what has the same uuids."""

import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.engine.url import make_url

assets = Path(__file__).resolve().parent / "assets"
admin_user = os.environ.get("SUPERSET_USER") or "admin"


def import_assets(contents: dict[str, str]) -> None:
    """Within the app's context."""
    # Superset's models read the configuration as they are loaded.
    from superset.commands.importers.v1.assets import ImportAssetsCommand

    with as_admin():
        ImportAssetsCommand(contents).run()


def as_admin() -> AbstractContextManager[Any]:
    """Superset's commands ask who gives them."""
    from superset import security_manager
    from superset.utils.core import override_user

    return override_user(security_manager.find_user(admin_user))


def read_assets(folder: Path = assets) -> dict[str, str]:
    """File name -> text. The database's address, and with it the password, comes from the environment."""
    contents = {str(file.relative_to(folder)): file.read_text() for file in sorted(folder.rglob("*.yaml"))}
    for name in [name for name in contents if name.startswith("databases/")]:
        database = yaml.safe_load(contents[name])
        url = make_url(os.environ["READER_DATABASE_URL"]).set(drivername="postgresql+psycopg2")
        database["sqlalchemy_uri"] = url.render_as_string(hide_password=False)
        contents[name] = yaml.safe_dump(database)
    return contents
