"""Makes dashboards of types that are registered or get further columns, and removes those of types that are deleted."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import sleep

from flask import Flask

from import_assets import import_assets, read_assets
from record_types import RecordType, owner_of, read_types
from remove_assets import remove_assets
from sensors_assets import sensors
from shop_assets import shop
from type_assets import make_type_assets

rest_seconds = 5
log = logging.getLogger("follow_types")


@dataclass(frozen=True)
class Wanted:
    """A dashboard that there is to be; made anew when one of its types is another."""

    owner: str
    types: list[RecordType]
    make: Callable[[], dict[str, str]]


def follow_types(app: Flask) -> None:
    """Of those that are there already too: an earlier version of the product may have made their dashboards."""
    known: dict[str, list[RecordType]] = {}
    removed: set[str] = set()
    while True:
        try:
            types, deleted = read_types(os.environ["READER_DATABASE_URL"])
            wanted, unwanted = list_dashboards(types, deleted)
            known = {each.owner: each.types for each in wanted if known.get(each.owner) == each.types}
            for each in [each for each in wanted if each.owner not in known]:
                import_dashboard(app, each)
                known[each.owner] = each.types
            if unwanted - removed:
                with app.app_context():
                    remove_assets(sorted(unwanted - removed))
            removed = unwanted
        except Exception:
            log.warning("the dashboards of types cannot be kept up to date, trying again", exc_info=True)
        sleep(rest_seconds)


def list_dashboards(types: list[RecordType], deleted: set[str]) -> tuple[list[Wanted], set[str]]:
    """Those that there are to be, and the owners of those that there are not."""
    wanted = [Wanted(each.owner, [each], partial(make_type_assets, each)) for each in types]
    unwanted = {owner_of(name) for name in deleted}
    for dashboard in (shop, sensors):
        found = dashboard.find_types(types)
        if found is None:
            unwanted.add(dashboard.owner)
        else:
            make = partial(dashboard.make, dashboard.owner, found)
            wanted.append(Wanted(dashboard.owner, list(found.values()), make))
    return wanted, unwanted


def import_dashboard(app: Flask, each: Wanted) -> None:
    with app.app_context():
        import_assets({**read_database(), **each.make()})
    log.info("the dashboard of %s is in place", each.owner)


def read_database() -> dict[str, str]:
    """What the types' assets refer to, and what tells that they are assets."""
    return {name: text for name, text in read_assets().items() if not name.startswith(("datasets", "charts", "dash"))}
