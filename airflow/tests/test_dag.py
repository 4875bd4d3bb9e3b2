"""The DAG as it is read."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.models.taskinstancekey import TaskInstanceKey
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowFailException, ParamValidationError

DAGS = Path(__file__).parent.parent / "dags"
FIELDS = json.loads((DAGS / "fields.json").read_text())


@pytest.fixture(scope="module")
def read() -> DAG:
    bag = DagBag(DAGS)
    assert bag.import_errors == {}
    assert list(bag.dags) == ["synthetic_data_pipeline"]
    return bag.dags["synthetic_data_pipeline"]


def test_its_tasks_follow_each_other(read: DAG):
    assert [(task.task_id, sorted(task.downstream_task_ids)) for task in read.topological_sort()] == [
        ("trigger_data_generation", ["wait_for_processing"]),
        ("wait_for_processing", ["check_run"]),
        ("check_run", ["aggregate_users_stats"]),
        ("aggregate_users_stats", []),
    ]


def test_it_runs_only_when_it_is_asked_to(read: DAG):
    assert read.schedule is None
    assert not read.catchup
    assert read.is_paused_upon_creation is False


def test_a_schedule_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SYNTHETIC_PIPELINE_SCHEDULE", "@hourly")
    dag = DagBag(DAGS).dags["synthetic_data_pipeline"]
    assert dag.schedule == "@hourly"


def test_every_task_is_tried_again_has_a_time_limit_and_says_what_it_does(read: DAG):
    assert read.doc_md
    assert read.tags == {"synthetic-data"}
    for task in read.tasks:
        assert task.owner == "synthetic-data"
        assert task.retries == 5
        assert task.retry_exponential_backoff
        assert task.doc_md
        assert task.execution_timeout or task.timeout == timedelta(days=1).total_seconds()


def test_waiting_takes_up_no_slot(read: DAG):
    assert read.get_task("wait_for_processing").reschedule


@pytest.mark.parametrize(
    ("param", "value"),
    [
        ("type", ""),
        ("type", "Order"),
        ("type", None),
        ("count", 0),
        ("count", "many"),
        ("count", 10_000_000_001),
        ("fields", []),
        ("fields", ["shoe_size"]),
        ("fields", ["name", "name"]),
        ("seed", -1),
        ("seed", 1.5),
        ("options", "launch_day"),
        ("dataset", "shop"),
        ("dataset", {}),
    ],
)
def test_its_form_refuses_what_the_service_would(read: DAG, param: str, value: object):
    with pytest.raises(ParamValidationError):
        read.params.get_param(param).resolve(value)


@pytest.mark.parametrize(
    ("params", "body"),
    [
        ({"count": 5, "fields": ["name"], "seed": None}, {"count": 5, "fields": ["name"]}),
        ({"count": 5, "fields": ["name"], "seed": 0}, {"count": 5, "fields": ["name"], "seed": 0}),
        (
            {"count": 5, "fields": ["name"], "seed": None, "options": {"rate": 9, "count": 7}},
            {"count": 5, "fields": ["name"], "rate": 9},
        ),
        ({"type": "user", "count": 5, "fields": ["name"], "seed": None}, {"count": 5, "fields": ["name"]}),
        (
            {"type": "user", "count": 5, "fields": ["name"], "seed": None, "options": {"type": "order"}},
            {"count": 5, "fields": ["name"]},
        ),
        (
            {"type": "order", "count": 5, "fields": FIELDS, "seed": 1, "options": {"rate": 9, "type": "user"}},
            {"type": "order", "count": 5, "seed": 1, "rate": 9},
        ),
        (
            {"type": "order", "count": 5, "fields": ["name"], "seed": None},
            {"type": "order", "count": 5, "fields": ["name"]},
        ),
    ],
)
def test_what_it_asks_for(params: dict, body: dict):
    from pipeline_runs import run_request

    assert json.loads(run_request(params)) == body


def test_a_dataset_takes_the_place_of_a_run():
    from pipeline_runs import collection, counts_users, request_body

    run = {"type": "order", "count": 5, "fields": FIELDS, "seed": 3, "dataset": None}
    dataset = {**run, "dataset": {"order": {"count": 7}, "order_line": {}}}
    assert (collection(run), counts_users(run)) == ("runs", False)
    assert (collection(dataset), counts_users(dataset)) == ("datasets", True)
    assert json.loads(request_body(run)) == {"type": "order", "count": 5, "seed": 3}
    assert json.loads(request_body(dataset)) == {"types": dataset["dataset"], "seed": 3}
    scaled = {**dataset, "options": {"scale": 2}}
    assert json.loads(request_body(scaled)) == {"types": dataset["dataset"], "seed": 3, "scale": 2}


def test_a_dataset_without_an_end_is_not_asked_for():
    from pipeline_runs import RunOperator, endless_types

    dataset = {"device": {"count": 5}, "reading": {"count": None, "rate": "realtime"}, "order": {}}
    assert endless_types({"dataset": dataset}) == ["reading"]
    assert endless_types({"dataset": {"order": {}}}) == endless_types({"dataset": None}) == []
    operator = RunOperator(task_id="ask", http_conn_id="nowhere", endpoint="/api/datasets")
    with pytest.raises(AirflowFailException, match=r"types\.reading\.count"):
        operator.execute({"ti": None, "params": {"dataset": dataset}})


ASKER = TaskInstanceKey("a_dag", "a_task", "manual__2026-11-24T07:00:00.123456+00:00")


def test_the_idempotency_key_says_who_asks():
    from pipeline_runs import idempotency_key

    key = "airflow:a_dag/manual__2026-11-24T07:00:00.123456+00:00/a_task/-1/1"
    assert idempotency_key(ASKER, 1) == key
    assert idempotency_key(ASKER._replace(dag_id="größe", run_id="a/b c"), 2) == (
        "airflow:gr%C3%B6%C3%9Fe/a%2Fb%20c/a_task/-1/2"
    )


def test_every_asker_and_attempt_has_an_idempotency_key_of_its_own_that_the_service_takes():
    from pipeline_runs import idempotency_key

    askers = [
        ASKER,
        ASKER._replace(dag_id="another_dag"),
        ASKER._replace(run_id="another_run"),
        ASKER._replace(task_id="another_task"),
        ASKER._replace(map_index=0),
        ASKER._replace(dag_id="d" * 250, run_id="r" * 250, task_id="t" * 250),
        ASKER._replace(dag_id="d" * 250, run_id="r" * 250, task_id="u" * 250),
        ASKER._replace(dag_id="ü" * 250),
    ]
    keys = [idempotency_key(asker, attempt) for asker in askers for attempt in (1, 2)]
    assert len(set(keys)) == len(keys)
    assert all(key.isascii() and key.isprintable() and len(key) <= 255 for key in keys)
