"""Runs the DAG in this process, against the stack whose addresses stand in the environment."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import requests
from forwarder import Forwarder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from airflow.models.dagrun import DagRun
    from airflow.sdk import DAG

sys.path.insert(0, str(Path(__file__).parent.parent / "dags"))

DATABASE_URL = os.environ["DATABASE_URL"]
WEB_URL = os.environ["WEB_URL"]


@pytest.fixture(scope="session", autouse=True)
def metadata() -> None:
    """Make Airflow's own tables."""
    from airflow.utils.db import initdb

    initdb()


@pytest.fixture
def database() -> Iterator[psycopg.Connection]:
    with psycopg.connect(DATABASE_URL, autocommit=True) as connection:
        yield connection


@pytest.fixture
def dag(monkeypatch: pytest.MonkeyPatch) -> DAG:
    """Give the DAG with delays for impatient people."""
    from synthetic_pipeline_dag import dag

    for task in dag.tasks:
        monkeypatch.setattr(task, "retry_delay", task.retry_delay / 5)
    monkeypatch.setattr(dag.get_task("wait_for_processing"), "poke_interval", 1)
    monkeypatch.setattr(dag.get_task("wait_for_processing"), "exponential_backoff", False)
    return dag


@pytest.fixture
def run_dag(dag: DAG) -> Callable[..., DagRun]:
    from pipeline_runs import BUILT_IN_TYPE, FIELDS

    # All of them: what one DAG run in this process is given is the next one's default.
    defaults = {"type": BUILT_IN_TYPE, "count": 200, "fields": FIELDS, "seed": None, "options": None, "dataset": None}

    def run(**conf: Any) -> DagRun:
        return dag.test(logical_date=None, run_conf={**defaults, **conf})

    return run


@pytest.fixture
def forwarder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Forwarder]:
    """Stand between Airflow and the web service."""
    connection = json.loads(os.environ["AIRFLOW_CONN_SYNTHETIC_WEB"])
    with Forwarder(connection["host"], connection["port"]) as forwarder:
        monkeypatch.setenv("AIRFLOW_CONN_SYNTHETIC_WEB", json.dumps({**connection, "port": forwarder.port}))
        yield forwarder


@pytest.fixture
def meanwhile() -> Iterator[Callable[..., None]]:
    """Do something beside the DAG run; what goes wrong there fails the test."""
    threads: list[threading.Thread] = []
    errors: list[BaseException] = []

    def start(action: Callable[[], None]) -> None:
        def work() -> None:
            try:
                action()
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=work, daemon=True)
        threads.append(thread)
        thread.start()

    yield start
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert errors == []


def until(what: str, attempt: Callable[[], Any], timeout: float = 60) -> Any:
    """Wait until the attempt gives something."""
    deadline = time.monotonic() + timeout
    while not (result := attempt()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)
    return result


def get_run(run_id: str) -> dict[str, Any]:
    return requests.get(f"{WEB_URL}/api/runs/{run_id}", auth=credentials(), timeout=10).json()


def post(path: str) -> None:
    requests.post(f"{WEB_URL}{path}", auth=credentials(), timeout=10).raise_for_status()


def register(definition: dict[str, Any]) -> None:
    requests.post(f"{WEB_URL}/api/types", json=definition, auth=credentials(), timeout=10).raise_for_status()


def credentials() -> tuple[str, str]:
    connection = json.loads(os.environ["AIRFLOW_CONN_SYNTHETIC_WEB"])
    return connection["login"], connection["password"]
