"""Removes what was made for types of records that are deleted; what people have made of it themselves stays."""

import logging
from collections.abc import Iterable

from asset_parts import asset_uuid
from import_assets import as_admin

log = logging.getLogger("remove_assets")


def remove_assets(owners: Iterable[str]) -> None:
    """Within the app's context."""
    # Superset's models read the configuration as they are loaded.
    from superset import db
    from superset.models.dashboard import Dashboard

    for owner in owners:
        dashboard = db.session.query(Dashboard).filter_by(uuid=asset_uuid(owner, "dashboard")).one_or_none()
        if dashboard is not None:
            remove_dashboard(owner, dashboard)
            log.info("the dashboard of %s is removed, since a type is deleted", owner)


def remove_dashboard(owner: str, dashboard) -> None:
    from superset import db
    from superset.commands.chart.delete import DeleteChartCommand
    from superset.commands.dashboard.delete import DeleteDashboardCommand
    from superset.commands.dataset.delete import DeleteDatasetCommand
    from superset.connectors.sqla.models import SqlaTable

    # What somebody has saved under another name, or has put on a dashboard of their own, is theirs.
    charts = [
        chart
        for chart in dashboard.slices
        if chart.uuid == asset_uuid(owner, f"chart {chart.slice_name}") and chart.dashboards == [dashboard]
    ]
    # That of a filter is used by no chart.
    tables = db.session.query(SqlaTable).all()
    datasets = [each for each in tables if each.uuid == asset_uuid(owner, f"dataset {each.table_name}")]
    unused = [each.id for each in datasets if set(each.slices) <= set(charts)]
    with as_admin():
        DeleteDashboardCommand([dashboard.id]).run()
        DeleteChartCommand([chart.id for chart in charts]).run()
        DeleteDatasetCommand(unused).run()
