"""Makes the dashboard of sensors: types/datasets/sensors.yaml, and whatever else has readings with these fields."""

from typing import Any

from asset_parts import Source, bars, dataset, donut, files_of, make_dashboard, number, over_time, select_filter, table
from dataset_parts import DatasetDashboard, Types, instant, latest_rows, list_of_datasets, members_sql, numeric, text

readings_shown = 500_000
latest_shown = 1_000

needs = {
    "device": {"serial": text, "model": text},
    "reading": {"device": text, "at": instant, "temperature": numeric, "state": text},
}

readings_sql = """
SELECT dataset,
       device,
       COALESCE(model, 'unknown') AS model,
       at AT TIME ZONE 'UTC' AS at,
       temperature,
       state
  FROM {readings} AS readings
  LEFT JOIN (
    SELECT members.dataset_id AS of_dataset, serial, model
      FROM public."{devices}" AS stored
      JOIN ({members}) AS members ON members.run_id = stored._run_id
  ) AS devices ON of_dataset = dataset_id AND serial = device
"""


def readings_dataset(types: Types, source: Source, rows: int) -> dict[str, Any]:
    share = "AVG((state = '{}')::int)"
    return dataset(
        source,
        description=f"Of each dataset, the latest {rows:,} readings, with the models of their devices.",
        sql=readings_sql.format(
            readings=latest_rows(types["reading"].table, needs["reading"], rows),
            devices=types["device"].table,
            members=members_sql,
        ),
        columns={
            **{"dataset": ("Dataset", "TEXT"), "device": ("Device", "TEXT"), "model": ("Model", "TEXT")},
            **{"at": ("At (UTC)", "TIMESTAMP"), "temperature": ("Temperature, °C", "NUMERIC")},
            **{"state": ("State", "TEXT")},
        },
        metrics={
            "readings": ("Readings", "COUNT(*)", ",d"),
            "devices": ("Devices", "COUNT(DISTINCT (dataset, device))", ",d"),
            "average": ("Average, °C", "AVG(temperature)", ".1f"),
            "highest": ("Highest, °C", "MAX(temperature)", ".1f"),
            "degraded": ("Degraded", share.format("degraded"), ".2%"),
            "offline": ("Offline", share.format("offline"), ".2%"),
        },
    )


def make_assets(owner: str, types: Types) -> dict[str, str]:
    readings = Source(owner, "sensors: readings", "at")
    latest = Source(owner, "sensors: latest readings", "at")
    listed = Source(owner, "sensors: datasets")
    datasets = [
        list_of_datasets(listed, "reading"),
        readings_dataset(types, readings, readings_shown),
        # A table is read from its top: it need not wait for all of them.
        readings_dataset(types, latest, latest_shown),
    ]
    temperature = {"stack": None, "y_axis_format": ".1f", "truncateYAxis": True, "y_axis_bounds": [None, None]}
    charts = [
        (number(readings, "Devices", "devices", "that have sent readings", ",d"), 2),
        (number(readings, "Readings", "readings", f"the latest {readings_shown:,} at most", ",d"), 2),
        (number(readings, "Average", "average", "°C", ".1f"), 2),
        (number(readings, "Highest", "highest", "°C", ".1f"), 2),
        (number(readings, "Degraded", "degraded", "of all readings", ".2%"), 2),
        (number(readings, "Offline", "offline", "of all readings", ".2%"), 2),
        (
            over_time(
                *(readings, "Temperature over time", "at", "PT5M", ["average"], ["model"]),
                viz_type="echarts_timeseries_line",
                description="In °C, by model of device: the average of five minutes.",
                **temperature,
            ),
            12,
        ),
        (
            over_time(
                *(readings, "Degraded and offline", "at", "PT5M", ["degraded", "offline"], []),
                viz_type="echarts_area",
                description="What share of the readings comes from devices in these states.",
                **{"y_axis_format": ".1%", "opacity": 0.5},
            ),
            8,
        ),
        (donut(readings, "Readings by state", "state", "readings"), 4),
        (bars(readings, "Warmest devices", "device", "average", rows=10, y_axis_format=".1f"), 4),
        (table(latest, "Latest readings", ["at", "device", "model", "temperature", "state"], "at", latest_shown), 8),
    ]
    return files_of(
        "dataset-sensors",
        datasets=datasets,
        charts=charts,
        dashboard=make_dashboard(
            owner,
            title="Sensors",
            slug="dataset-sensors",
            description="What devices have measured, and how well they do.",
            charts=charts,
            label_colors={
                **{"ok": "#2e8b6f", "degraded": "#e0a100", "offline": "#c8453b"},
                **{"Degraded": "#e0a100", "Offline": "#c8453b"},
            },
            refresh_seconds=30,
            filters=[select_filter("dataset", "Dataset", listed)],
        ),
    )


sensors = DatasetDashboard("sensors", needs, make_assets)
