"""Makes the dashboards of types that are registered while Superset runs, or that get further columns."""

import logging
import os
from time import sleep

from flask import Flask

from import_assets import import_assets, read_assets
from type_assets import RecordType, make_type_assets, read_types

rest_seconds = 5
log = logging.getLogger("follow_types")


def follow_types(app: Flask) -> None:
    """Of those that are there already too, which may have been made by an earlier version of the product."""
    known: dict[str, RecordType] = {}
    while True:
        try:
            for each in read_types(os.environ["READER_DATABASE_URL"]):
                if known.get(each.name) != each:
                    import_type(app, each)
                    known[each.name] = each
        except Exception:
            log.warning("the dashboards of types cannot be made, trying again", exc_info=True)
        sleep(rest_seconds)


def import_type(app: Flask, each: RecordType) -> None:
    with app.app_context():
        import_assets({**read_database(), **make_type_assets(each)})
    log.info("the dashboard of %s is in place", each.name)


def read_database() -> dict[str, str]:
    """What the types' assets refer to, and what tells that they are assets."""
    return {name: text for name, text in read_assets().items() if not name.startswith(("datasets", "charts", "dash"))}
