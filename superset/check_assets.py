"""Asks Superset by its REST API for all that assets/ holds: an import can leave out something without a word."""

from typing import Any

import yaml
from flask import Flask
from flask.testing import FlaskClient


def check_assets(app: Flask, token: str, contents: dict[str, str]) -> list[str]:
    """Returns what is missing or does not answer, a line each. The requests need no server and no network."""
    wanted = {name: yaml.safe_load(text) for name, text in contents.items()}
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    dashboards = of_kind(wanted, "dashboards")
    return [
        *(line for dashboard in dashboards for line in check_dashboard(client, dashboard, wanted)),
        *(line for dataset in of_kind(wanted, "datasets") for line in check_dataset(client, dataset)),
    ]


def of_kind(wanted: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [asset for name, asset in wanted.items() if name.startswith(f"{kind}/")]


def check_dashboard(client: FlaskClient, dashboard: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    title = dashboard["dashboard_title"]
    slug = dashboard["slug"]
    answer = client.get(f"/api/v1/dashboard/{slug}")
    if answer.status_code != 200:
        return [f"the dashboard {title} answers {answer.status_code}"]
    found = client.get(f"/api/v1/dashboard/{slug}/charts").json["result"]
    ids = {chart["slice_name"]: chart["id"] for chart in found}
    placed = {
        key: item["meta"]["uuid"]
        for key, item in dashboard["position"].items()
        if isinstance(item, dict) and item["type"] == "CHART"
    }
    charts = {chart["uuid"] for chart in of_kind(wanted, "charts")}
    # At the first one that it does not know the import stops to tie charts to the dashboard.
    lines = [f"{key} on the dashboard has no file in charts/" for key in sorted(placed) if placed[key] not in charts]
    for chart in of_kind(wanted, "charts"):
        name = chart["slice_name"]
        if chart["uuid"] not in placed.values():
            lines.append(f"the chart {name} stands nowhere on the dashboard")
        elif name not in ids:
            lines.append(f"the chart {name} is missing from the dashboard")
        else:
            lines.extend(check_chart(client, name, ids[name]))
    return lines


def check_chart(client: FlaskClient, name: str, chart_id: int) -> list[str]:
    answer = client.get(f"/api/v1/chart/{chart_id}/data/?force=true")
    if answer.status_code != 200:
        return [f"the chart {name} answers {answer.status_code}: {answer.get_data(as_text=True)[:500]}"]
    errors = [result["error"] for result in answer.json["result"] if result["error"]]
    return [f"the chart {name} has an error: {error}" for error in errors]


def check_dataset(client: FlaskClient, dataset: dict[str, Any]) -> list[str]:
    name = dataset["table_name"]
    query = f"(filters:!((col:uuid,opr:eq,value:'{dataset['uuid']}')),columns:!(id,uuid))"
    answer = client.get("/api/v1/dataset/", query_string={"q": query})
    if answer.status_code == 200 and answer.json["count"] == 1:
        return []
    return [f"the dataset {name} is missing ({answer.status_code})"]
