"""Makes dashboards of types that are registered or get further columns, and removes those of types that are deleted."""

import logging
import os
from time import sleep

from flask import Flask

from import_assets import import_assets, read_assets
from remove_assets import remove_assets
from type_assets import RecordType, make_type_assets, read_types

rest_seconds = 5
log = logging.getLogger("follow_types")


def follow_types(app: Flask) -> None:
    """Of those that are there already too: an earlier version of the product may have made their dashboards."""
    known: dict[str, RecordType] = {}
    removed: set[str] = set()
    while True:
        try:
            types, deleted = read_types(os.environ["READER_DATABASE_URL"])
            known = {each.name: each for each in types if known.get(each.name) == each}
            for each in [each for each in types if each.name not in known]:
                import_type(app, each)
                known[each.name] = each
            if deleted - removed:
                with app.app_context():
                    remove_assets(sorted(deleted - removed))
            removed = deleted
        except Exception:
            log.warning("the dashboards of types cannot be kept up to date, trying again", exc_info=True)
        sleep(rest_seconds)


def import_type(app: Flask, each: RecordType) -> None:
    with app.app_context():
        import_assets({**read_database(), **make_type_assets(each)})
    log.info("the dashboard of %s is in place", each.name)


def read_database() -> dict[str, str]:
    """What the types' assets refer to, and what tells that they are assets."""
    return {name: text for name, text in read_assets().items() if not name.startswith(("datasets", "charts", "dash"))}
