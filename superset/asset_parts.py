"""
The parts of dashboards that are made rather than written down: datasets, charts, and where these stand. Each asset's
uuid follows from its owner and its name, so that whatever is made again overwrites what is there.
"""

import json
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import yaml

database_uuid = "b203a425-ee4c-50a4-b6cf-f26cb28e1d68"
Columns = dict[str, tuple[str, str]]
"""Name -> what it is called, type."""
Metrics = dict[str, tuple[str, str, str]]
"""Name -> what it is called, expression, format."""
Chart = dict[str, Any]


def asset_uuid(owner: str, what: str) -> UUID:
    """Of what was made for a type (`type:order`) or for a dataset's types together (`dataset:shop`)."""
    return uuid5(NAMESPACE_URL, f"urn:synthetic-data:{owner}:{what}")


@dataclass(frozen=True)
class Source:
    """The dataset that a chart reads."""

    owner: str
    name: str
    time_column: str | None = None

    @property
    def uuid(self) -> str:
        return str(asset_uuid(self.owner, f"dataset {self.name}"))


def dataset(source: Source, *, description: str, sql: str, columns: Columns, metrics: Metrics) -> dict[str, Any]:
    return {
        "table_name": source.name,
        "description": description,
        "main_dttm_col": source.time_column,
        "schema": "public",
        "sql": sql.strip(),
        "filter_select_enabled": True,
        "normalize_columns": False,
        "always_filter_main_dttm": False,
        "cache_timeout": None,
        "offset": 0,
        "extra": None,
        "uuid": source.uuid,
        "metrics": [
            {"metric_name": metric, "verbose_name": verbose, "expression": expression, "d3format": d3format}
            for metric, (verbose, expression, d3format) in metrics.items()
        ],
        "columns": [
            {
                **{"column_name": column, "verbose_name": verbose, "type": column_type},
                **{"is_dttm": column_type in ("TIMESTAMP", "DATE"), "is_active": True},
                **{"groupby": True, "filterable": True},
            }
            for column, (verbose, column_type) in columns.items()
        ],
        "version": "1.0.0",
        "database_uuid": database_uuid,
    }


def chart(
    source: Source, name: str, params: dict[str, Any], query: dict[str, Any], description: str | None = None
) -> Chart:
    """`query` says the same as `params`: REST reads the one, the page the other."""
    query = dict(query)
    time = source.time_column
    filters = [
        *([{"col": time, "op": "TEMPORAL_RANGE", "val": "No filter"}] if time else []),
        *query.pop("filters", []),
    ]
    return {
        "slice_name": name,
        "description": description,
        "viz_type": params["viz_type"],
        "params": {
            **params,
            "adhoc_filters": [
                {
                    **{"clause": "WHERE", "subject": each["col"], "operator": each["op"]},
                    **({"comparator": each["val"]} if "val" in each else {}),
                    "expressionType": "SIMPLE",
                }
                for each in filters
            ],
            "extra_form_data": {},
        },
        "query_context": json.dumps(
            {
                "datasource": {"id": 0, "type": "table"},
                "force": False,
                "queries": [{"filters": filters, "extras": {"having": "", "where": ""}, "order_desc": True, **query}],
                "form_data": {"viz_type": params["viz_type"]},
                "result_format": "json",
                "result_type": "full",
            }
        ),
        "cache_timeout": None,
        "uuid": str(asset_uuid(source.owner, f"chart {name}")),
        "version": "1.0.0",
        "dataset_uuid": source.uuid,
    }


def is_there(column: str) -> dict[str, Any]:
    return {"filters": [{"col": column, "op": "IS NOT NULL"}]}


def number(source: Source, name: str, metric: str, subheader: str, d3format: str, size: float = 0.5) -> Chart:
    params = {
        **{"viz_type": "big_number_total", "metric": metric, "header_font_size": size, "subheader": subheader},
        **{"subheader_font_size": 0.25, "y_axis_format": d3format, "time_format": "smart_date"},
    }
    return chart(source, name, params, {"row_limit": 1_000, "columns": [], "metrics": [metric]})


def over_time(
    source: Source,
    name: str,
    column: str,
    grain: str,
    metrics: list[str],
    groupby: list[str],
    *,
    viz_type: str = "echarts_timeseries_bar",
    description: str | None = None,
    **further: Any,
) -> Chart:
    """Bars; `viz_type` makes lines or areas of them."""
    params = {
        **{"viz_type": viz_type, "x_axis": column, "time_grain_sqla": grain, "metrics": metrics},
        **{"groupby": groupby, "order_desc": True, "row_limit": 10_000, "stack": "Stack", "truncate_metric": True},
        **{
            "show_empty_columns": True,
            "show_legend": bool(groupby) or len(metrics) > 1,
            "legendType": "plain",
            "legendOrientation": "top",
        },
        **{"x_axis_time_format": "smart_date", "y_axis_format": "~s", "rich_tooltip": True, "zoomable": False},
        **{"tooltipTimeFormat": "smart_date", "color_scheme": "supersetColors", "only_total": True},
        **further,
    }
    axis = {
        **{"timeGrain": grain, "columnType": "BASE_AXIS", "sqlExpression": column, "label": column},
        "expressionType": "SQL",
    }
    query = {"row_limit": 10_000, "columns": [axis, *groupby], "metrics": metrics, "orderby": [[metrics[0], False]]}
    present = {} if column == source.time_column else is_there(column)
    return chart(source, name, params, {**query, **present}, description)


def bars(
    source: Source,
    name: str,
    column: str,
    metric: str,
    *,
    rows: int = 12,
    description: str | None = None,
    **further: Any,
) -> Chart:
    """The greatest first, lying."""
    params = {
        **{"viz_type": "echarts_timeseries_bar", "x_axis": column, "x_axis_sort": metric, "x_axis_sort_asc": True},
        **{"metrics": [metric], "groupby": [], "order_desc": True, "row_limit": rows, "orientation": "horizontal"},
        **{"stack": None, "show_legend": False, "show_value": True, "only_total": True, "y_axis_format": ",d"},
        **{"rich_tooltip": True, "color_scheme": "supersetColors", "truncateXAxis": True, "xAxisLabelRotation": 0},
        **{"xAxisLabelInterval": "0", "truncate_metric": True, "show_empty_columns": True},
        **further,
    }
    query = {"row_limit": rows, "columns": [column], "metrics": [metric], "orderby": [[metric, False]]}
    return chart(source, name, params, {**query, **is_there(column)}, description)


def columns(
    source: Source, name: str, column: str, metric: str, *, description: str | None = None, **further: Any
) -> Chart:
    """Upright, in the order of what they stand for."""
    upright = {"orientation": "vertical", "x_axis_sort": column, "x_axis_sort_asc": True, "xAxisForceCategorical": True}
    return bars(source, name, column, metric, rows=50, description=description, **{**upright, **further})


def donut(source: Source, name: str, column: str, metric: str) -> Chart:
    params = {
        **{"viz_type": "pie", "groupby": [column], "metric": metric, "row_limit": 10, "sort_by_metric": True},
        **{"color_scheme": "supersetColors", "donut": True, "innerRadius": 55, "outerRadius": 80, "show_labels": True},
        **{"labels_outside": True, "label_type": "key_percent", "label_line": True, "show_legend": False},
        **{"number_format": ",d", "show_total": True, "show_labels_threshold": 0},
    }
    query = {"row_limit": 10, "columns": [column], "metrics": [metric], "orderby": [[metric, False]]}
    return chart(source, name, params, query)


def funnel(source: Source, name: str, column: str, metric: str, description: str | None = None) -> Chart:
    """Of the first step, whose share is 1, to the last. Labels of kind 5 are name, value and share."""
    params = {
        **{"viz_type": "funnel", "groupby": [column], "metric": metric, "row_limit": 10, "sort_by_metric": True},
        **{"color_scheme": "supersetColors", "show_legend": False, "number_format": ",d", "show_labels": True},
        **{"percent_calculation_type": "first_step", "label_type": 5, "show_tooltip_labels": True},
        **{"tooltip_label_type": 5, "legendOrientation": "top", "legendMargin": 50},
    }
    query = {"row_limit": 10, "columns": [column], "metrics": [metric], "orderby": [[metric, False]]}
    return chart(source, name, params, query, description)


def world_map(source: Source, name: str, column: str, metric: str, description: str | None = None) -> Chart:
    params = {
        **{"viz_type": "world_map", "entity": column, "country_fieldtype": "cca3", "metric": metric},
        **{"show_bubbles": False, "color_by": "metric", "linear_color_scheme": "schemeBlues", "row_limit": 300},
        **{"sort_by_metric": True, "max_bubble_size": "25", "y_axis_format": ",d"},
    }
    query = {"row_limit": 300, "columns": [column], "metrics": [metric], "orderby": [[metric, False]]}
    return chart(source, name, params, {**query, **is_there(column)}, description)


def table(
    source: Source, name: str, fields: list[str], order_by: str, rows: int, description: str | None = None
) -> Chart:
    params = {
        **{
            "viz_type": "table",
            "query_mode": "raw",
            "all_columns": fields,
            "order_by_cols": [json.dumps([order_by, False])],
        },
        # With as many rows as the limit, the table warns of it.
        **{"row_limit": rows + 1, "server_pagination": True, "server_page_length": 10, "show_cell_bars": False},
        **{"table_timestamp_format": "%Y-%m-%d %H:%M:%S", "include_search": False},
    }
    query = {"row_limit": 50, "columns": fields, "orderby": [[order_by, False]]}
    return chart(source, name, params, query, description)


# In units of 8 pixels.
number_height = 19
heights = {"table": 62}
usual_height = 44


def make_dashboard(
    owner: str,
    *,
    title: str,
    slug: str,
    description: str,
    charts: list[tuple[Chart, int]],
    label_colors: dict[str, str],
    filters: list[dict[str, Any]],
    refresh_seconds: int = 10,
) -> dict[str, Any]:
    """Each chart comes with its width, of 12; what does not fit beside the last one begins a row."""
    position: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
        "GRID_ID": {"id": "GRID_ID", "type": "GRID", "parents": ["ROOT_ID"], "children": []},
        "HEADER_ID": {"id": "HEADER_ID", "type": "HEADER", "meta": {"text": title}},
    }
    for number, row in enumerate(rows_of(charts), 1):
        row_key = f"ROW-{number}"
        height = max(heights.get(each["viz_type"], usual_height) for _, each, _ in row)
        for place, each, width in row:
            key = f"CHART-{place}"
            position[key] = {
                **{"id": key, "type": "CHART", "parents": ["ROOT_ID", "GRID_ID", row_key], "children": []},
                "meta": {
                    **{"uuid": each["uuid"], "chartId": place, "sliceName": each["slice_name"], "width": width},
                    "height": number_height if each["viz_type"] == "big_number_total" else height,
                },
            }
        position[row_key] = {
            **{"id": row_key, "type": "ROW", "parents": ["ROOT_ID", "GRID_ID"]},
            "children": [f"CHART-{place}" for place, _, _ in row],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        position["GRID_ID"]["children"].append(row_key)
    return {
        "dashboard_title": title,
        "description": description,
        "css": "",
        "slug": slug,
        "certified_by": None,
        "certification_details": None,
        "published": True,
        "uuid": str(asset_uuid(owner, "dashboard")),
        "position": position,
        "metadata": {
            "color_scheme": "supersetColors",
            "label_colors": label_colors,
            "shared_label_colors": [],
            "refresh_frequency": refresh_seconds,
            "expanded_slices": {},
            "timed_refresh_immune_slices": [],
            "default_filters": "{}",
            "cross_filters_enabled": False,
            "filter_bar_orientation": "HORIZONTAL",
            "native_filter_configuration": filters,
        },
        "version": "1.0.0",
    }


def rows_of(charts: list[tuple[Chart, int]]) -> list[list[tuple[int, Chart, int]]]:
    """Each chart with its place among all, and its width."""
    rows: list[list[tuple[int, Chart, int]]] = []
    taken = 12
    for place, (each, width) in enumerate(charts, 1):
        if taken + width > 12:
            rows.append([])
            taken = 0
        taken += width
        rows[-1].append((place, each, width))
    return rows


def select_filter(key: str, name: str, source: Source) -> dict[str, Any]:
    target = {"column": {"name": key}, "datasetUuid": source.uuid}
    return native_filter(key, name, "filter_select", target, {"multiSelect": True, "searchAllOptions": True})


def period_filter() -> dict[str, Any]:
    return native_filter("period", "Period", "filter_time", {}, {})


def native_filter(key: str, name: str, kind: str, target: dict[str, Any], controls: dict[str, Any]) -> dict[str, Any]:
    return {
        **{"id": f"NATIVE_FILTER-{key}", "name": name, "type": "NATIVE_FILTER", "filterType": kind},
        "targets": [target],
        "controlValues": {"enableEmptyFilter": False, **controls},
        "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
        "cascadeParentIds": [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
        "description": "",
    }


def files_of(
    slug: str, *, datasets: list[dict[str, Any]], charts: list[tuple[Chart, int]], dashboard: dict[str, Any]
) -> dict[str, str]:
    """File name -> text, as the files of assets/."""
    assets: dict[str, Any] = {
        **{f"datasets/synthetic_db/{slug}-{each['uuid']}.yaml": each for each in datasets},
        **{f"charts/{slug}-{each['uuid']}.yaml": each for each, _ in charts},
        f"dashboards/{slug}.yaml": dashboard,
    }
    return {file: yaml.safe_dump(asset, sort_keys=False, allow_unicode=True) for file, asset in assets.items()}
