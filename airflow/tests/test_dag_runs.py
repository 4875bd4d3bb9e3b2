"""The DAG as it runs, task after task in this process, against a real stack."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import WEB_URL, get_run, post, register, until

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg
    from airflow.models.dagrun import DagRun
    from forwarder import Forwarder

# Too many to be done before somebody steps in.
MANY = 5_000_000


def states(dag_run: DagRun) -> list[str]:
    order = ["trigger_data_generation", "wait_for_processing", "check_run", "aggregate_users_stats"]
    by_task = {ti.task_id: str(ti.state) for ti in dag_run.get_task_instances()}
    return [by_task[task_id] for task_id in order]


def xcom(dag_run: DagRun, task_id: str, key: str = "return_value") -> str:
    return dag_run.get_task_instance(task_id).xcom_pull(task_ids=task_id, key=key)


def tries(dag_run: DagRun, task_id: str) -> int:
    return dag_run.get_task_instance(task_id).try_number


def newest_run(database: psycopg.Connection, count: int) -> str | None:
    sql = """SELECT id::text FROM runs WHERE requested = %s AND status IN ('queued', 'running')
              ORDER BY created_at DESC LIMIT 1"""
    row = database.execute(sql, [count]).fetchone()
    return row and row[0]


def test_a_run_goes_through_and_is_counted(run_dag: Callable[..., DagRun], database: psycopg.Connection):
    dag_run = run_dag(count=321, seed=42, fields=["country", "date"])
    assert states(dag_run) == ["success"] * 4
    run_id = xcom(dag_run, "trigger_data_generation")
    run = get_run(run_id)
    assert (run["status"], run["stored"], run["seed"], run["fields"]) == ("completed", 321, 42, ["date", "country"])
    for task_id in ("trigger_data_generation", "wait_for_processing", "check_run", "aggregate_users_stats"):
        assert xcom(dag_run, task_id, "_link_RunPage") == f"{WEB_URL}/runs/{run_id}"
    assert database.execute("SELECT sum(total_users) FROM users_stats").fetchone() == (
        database.execute("SELECT count(*) FROM users_raw").fetchone()
    )


def test_a_run_that_fails_ends_the_dag_run_at_once(
    run_dag: Callable[..., DagRun],
    database: psycopg.Connection,
    meanwhile: Callable[..., None],
    capfd: pytest.CaptureFixture,
):
    def fail() -> None:
        run_id = until("the run", lambda: newest_run(database, MANY))
        database.execute(
            "UPDATE runs SET status = 'failed', error = 'the disk is full', finished_at = now() WHERE id = %s", [run_id]
        )

    meanwhile(fail)
    dag_run = run_dag(count=MANY)
    assert states(dag_run) == ["success", "failed", "upstream_failed", "upstream_failed"]
    assert tries(dag_run, "wait_for_processing") == 1
    out, err = capfd.readouterr()
    assert "was failed: the disk is full" in out + err


def test_a_run_that_is_cancelled_ends_the_dag_run_at_once(
    run_dag: Callable[..., DagRun], database: psycopg.Connection, meanwhile: Callable[..., None]
):
    meanwhile(lambda: post(f"/api/runs/{until('the run', lambda: newest_run(database, MANY - 1))}/cancel"))
    dag_run = run_dag(count=MANY - 1)
    assert states(dag_run) == ["success", "failed", "upstream_failed", "upstream_failed"]
    assert tries(dag_run, "wait_for_processing") == 1


def test_a_request_that_is_refused_is_not_tried_again(run_dag: Callable[..., DagRun], capfd: pytest.CaptureFixture):
    dag_run = run_dag(count=9_999_999_999)
    assert states(dag_run) == ["failed", *["upstream_failed"] * 3]
    assert tries(dag_run, "trigger_data_generation") == 1
    out, err = capfd.readouterr()
    assert "refuses the run: 400" in out + err


@pytest.mark.parametrize(
    ("conf", "message"),
    [
        ({"type": "no_such_type"}, "type: "),
        ({"type": "parcel", "options": {"preset": "launch_day"}}, "preset: "),
        ({"type": "parcel", "fields": ["name"]}, "fields: "),
        ({"type": "parcel", "options": {"faults": {"not_json": 2}}}, "must be a share from 0 to 1"),
    ],
)
def test_what_a_type_cannot_be_asked_for_stands_in_the_log_as_the_service_says_it(
    run_dag: Callable[..., DagRun], capfd: pytest.CaptureFixture, conf: dict[str, Any], message: str
):
    register({"$id": "parcel", "properties": {"weight": {"type": "integer"}}})
    dag_run = run_dag(**conf)
    assert states(dag_run) == ["failed", *["upstream_failed"] * 3]
    assert tries(dag_run, "trigger_data_generation") == 1
    out, err = capfd.readouterr()
    assert "refuses the run: 400" in out + err
    assert message in out + err


@pytest.mark.parametrize("table", ["parcel", None])
def test_a_run_of_an_own_type_goes_through_and_is_checked_without_counting_users(
    run_dag: Callable[..., DagRun], database: psycopg.Connection, table: str | None
):
    kind = "parcel" if table else "notice"
    register({"$id": kind, "x-record": {"table": table}, "properties": {"weight": {"type": "integer"}}})
    dag_run = run_dag(type=kind, count=50, seed=7, options={"chunkSize": 20})
    assert states(dag_run) == ["success", "success", "success", "skipped"]
    run_id = xcom(dag_run, "trigger_data_generation")
    run = get_run(run_id)
    assert (run["type"], run["status"], run["stored"], run["chunkSize"]) == (kind, "completed", 50, 20)
    assert passes_check(database, run_id)
    if table:
        database.execute("DELETE FROM parcel WHERE _run_id = %s AND _seq = 3", [run_id])
        assert not passes_check(database, run_id)


def test_a_dataset_goes_through_and_each_of_its_runs_is_checked(
    run_dag: Callable[..., DagRun], database: psycopg.Connection
):
    register({"$id": "crate", "x-record": {"count": 20}, "properties": {"weight": {"type": "integer"}}})
    dag_run = run_dag(dataset={"user": {"count": 30, "fields": ["name", "country"]}, "crate": {}}, seed=5)
    assert states(dag_run) == ["success"] * 4
    dataset_id = xcom(dag_run, "trigger_data_generation")
    assert xcom(dag_run, "check_run", "_link_RunPage") == f"{WEB_URL}/datasets/{dataset_id}"
    runs = database.execute(
        "SELECT id::text, record_type, stored, seed FROM runs WHERE dataset_id = %s ORDER BY id", [dataset_id]
    ).fetchall()
    assert [run[1:] for run in runs] == [("user", 30, 5), ("crate", 20, 5)]
    assert passes_check(database, dataset_id)
    database.execute("DELETE FROM crate WHERE _run_id = %s AND _seq = 3", [runs[1][0]])
    assert not passes_check(database, dataset_id)


def passes_check(database: psycopg.Connection, run_id: str) -> bool:
    template = (Path(__file__).parent.parent / "sql" / "check_run.sql").read_text()
    writes = re.sub(r"{{.*}}", run_id, template)
    checks = database.execute(writes).fetchall()
    return all(all(database.execute(check).fetchone()) for (check,) in checks)


def test_the_web_service_may_be_away_before_and_after_the_request(
    run_dag: Callable[..., DagRun],
    database: psycopg.Connection,
    forwarder: Forwarder,
    meanwhile: Callable[..., None],
    capfd: pytest.CaptureFixture,
):
    forwarder.close()
    said = ""

    def says(text: str) -> bool:
        nonlocal said
        said += "".join(capfd.readouterr())
        return text in said

    def come_and_go() -> None:
        until("a try in vain", lambda: says("Connection refused"))
        forwarder.open()
        until("the run", lambda: newest_run(database, 200_123))
        forwarder.close()
        until("a look in vain", lambda: says("The web service cannot be reached"))
        forwarder.open()

    meanwhile(come_and_go)
    dag_run = run_dag(count=200_123)
    assert states(dag_run) == ["success"] * 4
    assert tries(dag_run, "trigger_data_generation") > 1
    assert tries(dag_run, "wait_for_processing") == 1


def test_a_request_whose_answer_is_lost_is_repeated_and_gets_the_same_run(
    run_dag: Callable[..., DagRun], database: psycopg.Connection, forwarder: Forwarder
):
    forwarder.lose_answers = 1
    dag_run = run_dag(count=77)
    assert states(dag_run) == ["success"] * 4
    assert tries(dag_run, "trigger_data_generation") == 2
    assert database.execute("SELECT id::text FROM runs WHERE requested = 77").fetchall() == [
        (xcom(dag_run, "trigger_data_generation"),)
    ]


def test_a_request_whose_answer_is_lost_is_not_made_anew_where_somebody_has_cancelled_its_run_meanwhile(
    run_dag: Callable[..., DagRun],
    database: psycopg.Connection,
    forwarder: Forwarder,
    capfd: pytest.CaptureFixture,
):
    def cancel() -> None:
        post(f"/api/runs/{newest_run(database, MANY - 2)}/cancel")

    forwarder.before_loss = cancel
    forwarder.lose_answers = 1
    dag_run = run_dag(count=MANY - 2)
    assert states(dag_run) == ["failed", *["upstream_failed"] * 3]
    assert tries(dag_run, "trigger_data_generation") == 2
    assert database.execute("SELECT count(*) FROM runs WHERE requested = %s", [MANY - 2]).fetchone() == (1,)
    out, err = capfd.readouterr()
    assert "was cancelled: by request. To ask for another run, clear trigger_data_generation" in out + err
