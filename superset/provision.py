"""
Makes Superset ready to serve: its own tables, roles and user, then the dashboard in assets/, and asks by the REST
API whether all of it is there and answers. One process, since each of Superset's own commands takes ten seconds to
load; run again it changes nothing. Where something is missing it says what, and ends with 1.
"""

import os
import sys
from pathlib import Path
from typing import Any

import yaml
from flask_jwt_extended import create_access_token
from flask_migrate import upgrade
from sqlalchemy.engine.url import make_url
from superset import appbuilder, security_manager
from superset.app import create_app

from check_assets import check_assets

assets = Path(__file__).resolve().parent / "assets"
admin_user = os.environ.get("SUPERSET_USER") or "admin"
admin_password = os.environ.get("SUPERSET_PASSWORD")


def provision() -> list[str]:
    """Returns what is not as it should be, a line each."""
    app = create_app()
    with app.app_context():
        upgrade()
        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        admin = provide_admin()
        import_assets(admin)
        token = create_access_token(identity=str(admin.id), fresh=True)
    return check_assets(app, token, read_assets(assets))


def provide_admin() -> Any:
    """A password that somebody has set in Superset stays, unless the environment names one."""
    admin = security_manager.find_user(admin_user)
    if admin is None:
        role = security_manager.find_role("Admin")
        password = admin_password or "admin"
        admin = security_manager.add_user(admin_user, "Dashboard", "Admin", "admin@localhost", role, password)
        if not admin:
            raise SystemExit(f"The user {admin_user} could not be made.")
    elif admin_password:
        security_manager.reset_password(admin.id, admin_password)
    return admin


def import_assets(admin: Any) -> None:
    # Superset's models read the configuration as they are loaded.
    from superset.commands.importers.v1.assets import ImportAssetsCommand
    from superset.utils.core import override_user

    with override_user(admin):
        ImportAssetsCommand(read_assets(assets)).run()


def read_assets(folder: Path) -> dict[str, str]:
    """File name -> text. The database's address, and with it the password, comes from the environment."""
    contents = {str(file.relative_to(folder)): file.read_text() for file in sorted(folder.rglob("*.yaml"))}
    for name in [name for name in contents if name.startswith("databases/")]:
        database = yaml.safe_load(contents[name])
        url = make_url(os.environ["READER_DATABASE_URL"]).set(drivername="postgresql+psycopg2")
        database["sqlalchemy_uri"] = url.render_as_string(hide_password=False)
        contents[name] = yaml.safe_dump(database)
    return contents


if __name__ == "__main__":
    missing = provision()
    for line in missing:
        print(f"superset: {line}", file=sys.stderr)
    if missing:
        sys.exit(1)
    print("superset: the dashboard is in place, and every chart answers")
