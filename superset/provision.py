"""
Makes Superset ready to serve: its own tables, roles and user, then the dashboard in assets/, and asks by the REST
API whether all of it is there and answers. One process, since each of Superset's own commands takes ten seconds to
load; run again it changes nothing. Where something is missing it says what, and ends with 1.
"""

import os
import sys
from typing import Any

from flask_jwt_extended import create_access_token
from flask_migrate import upgrade
from superset import appbuilder, security_manager
from superset.app import create_app

from check_assets import check_assets
from import_assets import admin_user, import_assets, read_assets

admin_password = os.environ.get("SUPERSET_PASSWORD")


def provision() -> list[str]:
    """Returns what is not as it should be, a line each."""
    app = create_app()
    with app.app_context():
        upgrade()
        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        admin = provide_admin()
        import_assets(read_assets())
        token = create_access_token(identity=str(admin.id), fresh=True)
    return check_assets(app, token, read_assets())


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


if __name__ == "__main__":
    missing = provision()
    for line in missing:
        print(f"superset: {line}", file=sys.stderr)
    if missing:
        sys.exit(1)
    print("superset: the dashboard is in place, and every chart answers")
