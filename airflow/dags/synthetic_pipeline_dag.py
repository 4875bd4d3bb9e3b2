"""
### Synthetic data, from a request to its statistics

1. **trigger_data_generation** asks the web service for a run (`POST /api/runs`) or, where the parameter dataset says
   which types, for a dataset of them (`POST /api/datasets`), a run a type. The DAG, the DAG run and the task make
   the request's idempotency key: however often the task is tried, there is one run.
2. **wait_for_processing** looks at the run's state until it is `completed`, and takes up no worker slot in between. A
   run that failed or was cancelled fails the task at once, with the run's error. To ask for another run, clear
   trigger_data_generation and what follows it.
3. **check_run** compares the run's ledger, or that of each run of the dataset, with its rows and dead letters, in the
   table of the run's type.
4. **aggregate_users_stats** counts the users of each day and country (`airflow/sql/aggregate_users_stats.sql`). It
   reads only rows that came since the last time, and is skipped where the records are no users.

The button *Run* of each task leads to the run's page. Trigger the DAG with other parameters to get records of another
type, more records, fewer fields, the same records again (seed), or whatever else a run of the type may be asked for
(options). What the web service does not take, it says in the log of the first task.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

from airflow.sdk import DAG, Param
from pipeline_runs import (
    BUILT_IN_TYPE,
    FIELDS,
    REQUEST_OPTIONS,
    TRIGGER_TASK,
    WEB_CONNECTION,
    RunCheckOperator,
    RunOperator,
    RunPage,
    RunSensor,
    UsersStatsOperator,
    collection,
    is_completed,
    request_body,
)

HERE = Path(__file__).parent
DATABASE_CONNECTION = "postgres_analytics"
RUN_ID = "{{ ti.xcom_pull(task_ids='" + TRIGGER_TASK + "') }}"

with DAG(
    dag_id="synthetic_data_pipeline",
    description="Generates synthetic records, waits until each is accounted for, and aggregates users_stats",
    doc_md=__doc__,
    tags=["synthetic-data"],
    # A cron expression or a preset such as @hourly; unset, only people and programs trigger it.
    schedule=os.environ.get("SYNTHETIC_PIPELINE_SCHEDULE") or None,
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    is_paused_upon_creation=False,
    template_searchpath=[str(HERE.parent / "sql")],
    user_defined_macros={"collection": collection, "request_body": request_body},
    default_args={
        "owner": "synthetic-data",
        "retries": 5,
        "retry_delay": timedelta(seconds=5),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=5),
    },
    params={
        "type": Param(
            BUILT_IN_TYPE,
            type="string",
            pattern="^[a-z][a-z0-9_]{0,47}$",
            title="Type",
            description="The type of the records: user, or one of those that the web service's page Types lists.",
        ),
        "count": Param(
            1000,
            type="integer",
            minimum=1,
            maximum=10_000_000_000,
            title="Records",
            description="How many records to generate.",
        ),
        "fields": Param(
            FIELDS,
            type="array",
            items={"type": "string", "enum": FIELDS},
            examples=FIELDS,
            minItems=1,
            uniqueItems=True,
            title="Fields",
            description="Fields of each user. Records of other types have all of theirs.",
        ),
        "seed": Param(
            None,
            type=["null", "integer"],
            minimum=0,
            maximum=2**53 - 1,
            title="Seed",
            description="The same seed gives the same records; random where it is empty.",
        ),
        "options": Param(
            None,
            type=["null", "object"],
            title="Options",
            description=(
                "Whatever else POST /api/runs takes, as JSON: how users are drawn, faults on purpose, a rate; or "
                "POST /api/datasets: a scale. "
                'Such as {"preset": "launch_day", "faults": {"not_json": 0.001}, "rate": 500}.'
            ),
        ),
        "dataset": Param(
            None,
            type=["null", "object"],
            minProperties=1,
            title="Dataset",
            description=(
                "Types of records that belong together, as JSON, in place of type, count and fields. "
                'Such as {"user": {"count": 1000}, "order": {"count": 5000}, "order_line": {}}. Each has an end.'
            ),
        ),
    },
) as dag:
    trigger = RunOperator(
        task_id=TRIGGER_TASK,
        doc_md=(
            "Asks for a run. Tried again or cleared, it gets the run that it got before; "
            "cleared after that run was cancelled or failed, it asks for another."
        ),
        http_conn_id=WEB_CONNECTION,
        method="POST",
        endpoint="/api/{{ collection(params) }}",
        headers={"Content-Type": "application/json"},
        data="{{ request_body(params) }}",
        extra_options=REQUEST_OPTIONS,
        execution_timeout=timedelta(minutes=2),
    )

    wait = RunSensor(
        task_id="wait_for_processing",
        doc_md="Waits until every record is a row or a dead letter.",
        http_conn_id=WEB_CONNECTION,
        endpoint="/api/{{ collection(params) }}/" + RUN_ID,
        extra_options=REQUEST_OPTIONS,
        response_check=is_completed,
        # Not deferrable: with a response_check an HttpSensor does not defer (apache/airflow#40209).
        mode="reschedule",
        # The first pause is half of it at least. A shorter one can overtake the scheduler, which then takes the end of
        # one look for the end of the next and has the task tried again.
        poke_interval=10,
        exponential_backoff=True,
        max_wait=timedelta(minutes=1),
        timeout=timedelta(days=1).total_seconds(),
    )

    check = RunCheckOperator(
        task_id="check_run",
        doc_md="Fails unless the run's ledger agrees with its rows and dead letters.",
        conn_id=DATABASE_CONNECTION,
        sql="check_run.sql",
        # What the ledger says will not be otherwise the next time. A database that cannot be reached is tried again.
        retry_on_failure=False,
        execution_timeout=timedelta(minutes=30),
    )

    aggregate = UsersStatsOperator(
        task_id="aggregate_users_stats",
        doc_md="Brings users_stats up to date; skipped where the records are no users.",
        conn_id=DATABASE_CONNECTION,
        sql="aggregate_users_stats.sql",
        # The file begins and ends its own transaction.
        autocommit=True,
        split_statements=False,
        handler=None,
        execution_timeout=timedelta(hours=2),
    )

    trigger >> wait >> check >> aggregate

    for task in (trigger, wait, check, aggregate):
        task.operator_extra_links = (RunPage(),)
