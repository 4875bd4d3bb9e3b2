"""
Makes the assets of a type of records: a dashboard, with a dataset of its statistics and one of its latest rows. No name
of a column stands in SQL, which Superset reads as a template: what somebody has called a field is only ever shown.
"""

import json
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg2
import yaml

database_uuid = "b203a425-ee4c-50a4-b6cf-f26cb28e1d68"
latest_rows = 1_000

type_query = """
    SELECT name, topic, p.table_name, by_columns, sum_columns,
           ARRAY(SELECT attname::text FROM pg_attribute
                  WHERE attrelid = records AND attnum > 0 AND NOT attisdropped ORDER BY attnum),
           ARRAY(SELECT atttypid IN ('date'::regtype, 'timestamptz'::regtype)
                   FROM unnest(by_columns) WITH ORDINALITY AS columns (by_name, place)
                   JOIN pg_attribute ON attrelid = records AND attname = by_name ORDER BY place)
      FROM record_statistics_progress AS p
      JOIN record_types AS t ON t.table_name = p.table_name AND version = 1 AND deleted_at IS NULL
     CROSS JOIN LATERAL to_regclass(format('public.%I', p.table_name)) AS records
     WHERE records IS NOT NULL AND p.table_name ~ '^[a-z][a-z0-9_]*$' AND topic ~ '^[a-zA-Z0-9._-]+$'
     ORDER BY name
"""

deleted_query = "SELECT name FROM record_types WHERE version = 1 AND deleted_at IS NOT NULL"

statistics_sql = """
SELECT COALESCE(run_names.run, 'other producers') AS run,
       minute AT TIME ZONE 'UTC' AS minute,
       outcome, reason, messages{further}
  FROM (
    SELECT run_id,
           stored_minute AS minute,
           CASE WHEN repair IS NULL THEN 'stored' ELSE 'flagged' END AS outcome,
           repair AS reason,
           records AS messages{values}
      FROM record_statistics
     WHERE statistic = '{table}'
    UNION ALL
    SELECT run_id, date_trunc('minute', created_at, 'UTC'), 'dead letter', reason, COUNT(*){nothing}
      FROM dead_letters
     WHERE resolved_at IS NULL AND topic = '{topic}'
     GROUP BY run_id, date_trunc('minute', created_at, 'UTC'), reason
  ) AS counted
  LEFT JOIN run_names USING (run_id)
"""
# Python has no years but 1 to 9999.
day_of = "CASE WHEN by_values[{0}] ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$' THEN by_values[{0}]::date END"
text_of = "COALESCE(by_values[{0}], '(none)')"

latest_sql = """
SELECT COALESCE(run_names.run, 'other producers') AS run,
       {id} AS id,
       {created_at} AT TIME ZONE 'UTC' AS stored_at,
       left({error}, 300) AS error{fields}
  FROM (SELECT * FROM public."{table}" ORDER BY _id DESC LIMIT {rows}) AS latest ({names})
  LEFT JOIN run_names ON run_id = {run_id}
"""


@dataclass(frozen=True)
class RecordType:
    name: str
    topic: str
    table: str
    by: list[str]
    sum: list[str]
    columns: list[str]
    """Of the table, in its order; the pipeline's first."""
    by_is_day: list[bool]

    @property
    def title(self) -> str:
        return self.name.replace("_", " ").capitalize()

    def uuid(self, what: str) -> str:
        return str(asset_uuid(self.name, what))


def asset_uuid(type_name: str, what: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"urn:synthetic-data:type:{type_name}:{what}")


def read_types(database_url: str) -> tuple[list[RecordType], set[str]]:
    """Those that are registered and have a table; the names of those that are deleted."""
    connection = psycopg2.connect(database_url, application_name="superset-types", connect_timeout=5)
    try:
        with connection.cursor() as cursor:
            cursor.execute(deleted_query)
            deleted = {name for (name,) in cursor.fetchall()}
            # Behind: what is deleted in between is removed the next time, rather than what is back.
            cursor.execute(type_query)
            types = [RecordType(*row) for row in cursor.fetchall()]
            return types, deleted - {each.name for each in types}
    finally:
        connection.close()


def make_type_assets(type_: RecordType) -> dict[str, str]:
    """File name -> text, as the files of assets/."""
    name = f"type-{type_.name}"
    charts = make_charts(type_)
    assets: dict[str, Any] = {
        f"datasets/synthetic_db/{name}-statistics.yaml": statistics_dataset(type_),
        f"datasets/synthetic_db/{name}-latest.yaml": latest_dataset(type_),
        **{f"charts/{name}-{chart['uuid']}.yaml": chart for chart, _ in charts},
        f"dashboards/{name}.yaml": make_dashboard(type_, charts),
    }
    return {file: yaml.safe_dump(asset, sort_keys=False, allow_unicode=True) for file, asset in assets.items()}


def statistics_dataset(type_: RecordType) -> dict[str, Any]:
    keys = [f"by_{place}" for place, _ in enumerate(type_.by, 1)]
    sums = [f"sum_{place}" for place, _ in enumerate(type_.sum, 1)]
    values = [
        (day_of if is_day else text_of).format(place) + f" AS by_{place}"
        for place, is_day in enumerate(type_.by_is_day, 1)
    ]
    added = [f"sums[{place}] AS sum_{place}" for place, _ in enumerate(type_.sum, 1)]
    nothing = [f"NULL::{'date' if is_day else 'text'}" for is_day in type_.by_is_day] + ["NULL::numeric" for _ in sums]
    further = "".join(f", {key}" for key in [*keys, *sums])
    sql = statistics_sql.format(
        further=further,
        values="".join(f",\n           {each}" for each in [*values, *added]),
        nothing="".join(f", {each}" for each in nothing),
        table=type_.table,
        topic=type_.topic,
    )
    is_row = "outcome <> 'dead letter'"
    share = "COALESCE(SUM(messages) FILTER (WHERE outcome = '{}'), 0)::float8 / NULLIF({}, 0)"
    stored = f"SUM(messages) FILTER (WHERE {is_row})"
    return dataset(
        type_,
        name=f"{type_.table}: statistics",
        description=f"Exact counts and sums of {type_.table}, a few seconds old, and its dead letters.",
        sql=sql,
        time_column="minute",
        columns={
            **{"run": ("Run", "TEXT"), "minute": ("Minute (UTC)", "TIMESTAMP"), "outcome": ("Outcome", "TEXT")},
            **{"reason": ("Reason", "TEXT"), "messages": ("Messages", "NUMERIC")},
            **{
                key: (name, "DATE" if is_day else "TEXT")
                for key, name, is_day in zip(keys, type_.by, type_.by_is_day, strict=True)
            },
            **{key: (name, "NUMERIC") for key, name in zip(sums, type_.sum, strict=True)},
        },
        metrics={
            "records": ("Records", f"COALESCE({stored}, 0)", ",d"),
            "total_messages": ("Messages", "SUM(messages)", ",d"),
            "flagged_share": ("Flagged", share.format("flagged", stored), ".2%"),
            "dead_letter_share": ("Dead letters", share.format("dead letter", "SUM(messages)"), ".2%"),
            **{
                f"total_{key}": (f"Sum of {name}", f"SUM({key})", ",.2~f")
                for key, name in zip(sums, type_.sum, strict=True)
            },
        },
    )


def latest_dataset(type_: RecordType) -> dict[str, Any]:
    names = [f"c{place}" for place, _ in enumerate(type_.columns, 1)]
    by_name = dict(zip(type_.columns, names, strict=True))
    fields = latest_columns(type_)
    sql = latest_sql.format(
        id=by_name["_id"],
        created_at=by_name["_created_at"],
        error=by_name["_error"],
        run_id=by_name["_run_id"],
        fields="".join(f",\n       left({key}::text, 300) AS {key}" for key in fields),
        table=type_.table,
        names=", ".join(names),
        rows=latest_rows,
    )
    return dataset(
        type_,
        name=f"{type_.table}: latest rows",
        description=f"The latest {latest_rows:,} rows of {type_.table}.",
        sql=sql,
        time_column="stored_at",
        columns={
            **{"run": ("Run", "TEXT"), "id": ("Id", "BIGINT"), "stored_at": ("Stored at (UTC)", "TIMESTAMP")},
            **{"error": ("Flagged", "TEXT")},
            **{key: (name, "TEXT") for key, name in fields.items()},
        },
        metrics={"rows": ("Rows", "COUNT(*)", ",d")},
    )


def latest_columns(type_: RecordType) -> dict[str, str]:
    """What the fields' columns are called in the SQL -> their own names; more would be no table that anybody reads."""
    pipeline = {"_id", "_run_id", "_seq", "_partition", "_offset", "_error", "_raw", "_created_at"}
    fields = [(f"c{place}", name) for place, name in enumerate(type_.columns, 1) if name not in pipeline]
    return dict(fields[:20])


def dataset(
    type_: RecordType,
    *,
    name: str,
    description: str,
    sql: str,
    time_column: str,
    columns: dict[str, tuple[str, str]],
    metrics: dict[str, tuple[str, str, str]],
) -> dict[str, Any]:
    return {
        "table_name": name,
        "description": description,
        "main_dttm_col": time_column,
        "schema": "public",
        "sql": sql.strip(),
        "filter_select_enabled": True,
        "normalize_columns": False,
        "always_filter_main_dttm": False,
        "cache_timeout": None,
        "offset": 0,
        "extra": None,
        "uuid": type_.uuid(f"dataset {name}"),
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


def make_charts(type_: RecordType) -> list[tuple[dict[str, Any], int]]:
    """Each with its width, of 12."""
    statistics = type_.uuid(f"dataset {type_.table}: statistics")
    latest = type_.uuid(f"dataset {type_.table}: latest rows")

    def chart(name: str, params: dict[str, Any], query: dict[str, Any], source: str = statistics) -> dict[str, Any]:
        time_column = "minute" if source == statistics else "stored_at"
        further = query.pop("filters", [])
        filters = [{"col": time_column, "op": "TEMPORAL_RANGE", "val": "No filter"}, *further]
        return {
            "slice_name": name,
            "description": None,
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
                    "queries": [
                        {"filters": filters, "extras": {"having": "", "where": ""}, "order_desc": True, **query}
                    ],
                    "form_data": {"viz_type": params["viz_type"]},
                    "result_format": "json",
                    "result_type": "full",
                }
            ),
            "cache_timeout": None,
            "uuid": type_.uuid(f"chart {name}"),
            "version": "1.0.0",
            "dataset_uuid": source,
        }

    def number(name: str, metric: str, subheader: str, d3format: str, size: float = 0.5) -> dict[str, Any]:
        params = {
            **{"viz_type": "big_number_total", "metric": metric, "header_font_size": size, "subheader": subheader},
            **{"subheader_font_size": 0.25, "y_axis_format": d3format, "time_format": "smart_date"},
        }
        return chart(name, params, {"row_limit": 1_000, "columns": [], "metrics": [metric]})

    def over_time(name: str, column: str, grain: str, metric: str, groupby: list[str]) -> dict[str, Any]:
        params = {
            **{"viz_type": "echarts_timeseries_bar", "x_axis": column, "time_grain_sqla": grain, "metrics": [metric]},
            **{"groupby": groupby, "order_desc": True, "row_limit": 10_000, "stack": "Stack", "truncate_metric": True},
            **{
                "show_empty_columns": True,
                "show_legend": bool(groupby),
                "legendType": "plain",
                "legendOrientation": "top",
            },
            **{"x_axis_time_format": "smart_date", "y_axis_format": "~s", "rich_tooltip": True, "zoomable": False},
            **{"tooltipTimeFormat": "smart_date", "color_scheme": "supersetColors", "only_total": True},
        }
        axis = {
            **{"timeGrain": grain, "columnType": "BASE_AXIS", "sqlExpression": column, "label": column},
            "expressionType": "SQL",
        }
        query = {"row_limit": 10_000, "columns": [axis, *groupby], "metrics": [metric], "orderby": [[metric, False]]}
        return chart(
            name, params, query if column == "minute" else {**query, "filters": [{"col": column, "op": "IS NOT NULL"}]}
        )

    def most_frequent(name: str, column: str) -> dict[str, Any]:
        params = {
            **{
                "viz_type": "echarts_timeseries_bar",
                "x_axis": column,
                "x_axis_sort": "records",
                "x_axis_sort_asc": True,
            },
            **{"metrics": ["records"], "groupby": [], "order_desc": True, "row_limit": 12, "orientation": "horizontal"},
            **{"stack": None, "show_legend": False, "show_value": True, "only_total": True, "y_axis_format": ",d"},
            **{"rich_tooltip": True, "color_scheme": "supersetColors", "truncateXAxis": True, "xAxisLabelRotation": 0},
            **{"xAxisLabelInterval": "0", "truncate_metric": True, "show_empty_columns": True},
        }
        query = {"row_limit": 12, "columns": [column], "metrics": ["records"], "orderby": [["records", False]]}
        return chart(name, params, {**query, "filters": [{"col": column, "op": "IS NOT NULL"}]})

    outcomes = {
        **{
            "viz_type": "pie",
            "groupby": ["outcome"],
            "metric": "total_messages",
            "row_limit": 10,
            "sort_by_metric": True,
        },
        **{"color_scheme": "supersetColors", "donut": True, "innerRadius": 55, "outerRadius": 80, "show_labels": True},
        **{"labels_outside": True, "label_type": "key_percent", "label_line": True, "show_legend": False},
        **{"number_format": ",d", "show_total": True, "show_labels_threshold": 0},
    }
    fields = ["stored_at", *latest_columns(type_), "error"]
    table = {
        **{"viz_type": "table", "query_mode": "raw", "all_columns": fields, "order_by_cols": ['["id", false]']},
        **{"row_limit": latest_rows, "server_pagination": True, "server_page_length": 10, "show_cell_bars": False},
        **{"table_timestamp_format": "%Y-%m-%d %H:%M:%S", "include_search": False},
    }
    by = [
        over_time(f"By {name}", f"by_{place}", "P1D", "records", [])
        if type_.by_is_day[place - 1]
        else most_frequent(f"By {name}", f"by_{place}")
        for place, name in enumerate(type_.by, 1)
    ]
    sums = list(enumerate(type_.sum, 1))
    return [
        (number("Records", "records", f"rows of {type_.table}", ",d"), 4),
        (number("Flagged", "flagged_share", "stored, with something wrong", ".2%"), 4),
        (number("Dead-lettered", "dead_letter_share", "of all messages", ".2%"), 4),
        (over_time("Messages over time", "minute", "PT1H", "total_messages", ["outcome"]), 8),
        (
            chart(
                "Outcomes",
                outcomes,
                {
                    **{"row_limit": 10, "columns": ["outcome"], "metrics": ["total_messages"]},
                    "orderby": [["total_messages", False]],
                },
            ),
            4,
        ),
        *((each, width) for each, width in zip(by, widths(len(by)), strict=True)),
        *(
            pair
            for place, name in sums
            for pair in (
                (number(f"Sum of {name}", f"total_sum_{place}", "of all records", ",.2~f", 0.3), 4),
                (over_time(f"Sum of {name} over time", "minute", "PT1H", f"total_sum_{place}", []), 8),
            )
        ),
        (chart("Latest records", table, {"row_limit": 50, "columns": fields, "orderby": [["id", False]]}, latest), 12),
    ]


# In units of 8 pixels; of a row the greatest counts.
heights = {"big_number_total": 19, "table": 62}


def widths(count: int) -> list[int]:
    """Two beside one another, the last of an odd number alone."""
    return [12 if place == count and count % 2 == 1 else 6 for place in range(1, count + 1)]


def make_dashboard(type_: RecordType, charts: list[tuple[dict[str, Any], int]]) -> dict[str, Any]:
    position: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
        "GRID_ID": {"id": "GRID_ID", "type": "GRID", "parents": ["ROOT_ID"], "children": []},
        "HEADER_ID": {"id": "HEADER_ID", "type": "HEADER", "meta": {"text": type_.title}},
    }
    rows: list[dict[str, Any]] = []
    taken = 12
    for number, (chart, width) in enumerate(charts, 1):
        if taken + width > 12:
            row = f"ROW-{len(rows) + 1}"
            rows.append(
                {
                    **{"id": row, "type": "ROW", "parents": ["ROOT_ID", "GRID_ID"], "children": []},
                    "meta": {"background": "BACKGROUND_TRANSPARENT"},
                }
            )
            taken = 0
        taken += width
        key = f"CHART-{number}"
        rows[-1]["children"].append(key)
        position[key] = {
            **{"id": key, "type": "CHART", "parents": ["ROOT_ID", "GRID_ID", rows[-1]["id"]], "children": []},
            "meta": {
                **{"uuid": chart["uuid"], "chartId": number, "sliceName": chart["slice_name"], "width": width},
                "height": heights.get(chart["viz_type"], 44),
            },
        }
    for row in rows:
        position[row["id"]] = row
        position["GRID_ID"]["children"].append(row["id"])
    return {
        "dashboard_title": type_.title,
        "description": f"Records of the type {type_.name}: how many, what became of them, and what they are like.",
        "css": "",
        "slug": f"type-{type_.name}",
        "certified_by": None,
        "certification_details": None,
        "published": True,
        "uuid": type_.uuid("dashboard"),
        "position": position,
        "metadata": {
            "color_scheme": "supersetColors",
            "label_colors": {"stored": "#2e8b6f", "flagged": "#e0a100", "dead letter": "#c8453b", "Records": "#2f6fb3"},
            "shared_label_colors": [],
            "refresh_frequency": 10,
            "expanded_slices": {},
            "timed_refresh_immune_slices": [],
            "default_filters": "{}",
            "cross_filters_enabled": False,
            "filter_bar_orientation": "HORIZONTAL",
            "native_filter_configuration": [
                native_filter("run", "Run", "filter_select", type_, {"multiSelect": True, "searchAllOptions": True}),
                native_filter("period", "Period", "filter_time", None, {}),
            ],
        },
        "version": "1.0.0",
    }


def native_filter(key: str, name: str, kind: str, type_: RecordType | None, controls: dict[str, Any]) -> dict[str, Any]:
    target = (
        {}
        if type_ is None
        else {"column": {"name": key}, "datasetUuid": type_.uuid(f"dataset {type_.table}: statistics")}
    )
    return {
        **{"id": f"NATIVE_FILTER-{key}", "name": name, "type": "NATIVE_FILTER", "filterType": kind},
        "targets": [target],
        "controlValues": {"enableEmptyFilter": False, **controls},
        "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
        "cascadeParentIds": [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
        "description": "",
    }
