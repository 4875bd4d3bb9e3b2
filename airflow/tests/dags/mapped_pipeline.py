"""The pipeline's first task, mapped: once for each of two requests that are the same."""

from __future__ import annotations

from airflow.sdk import DAG
from pipeline_runs import REQUEST_OPTIONS, TRIGGER_TASK, WEB_CONNECTION, RunOperator, RunPage


class LinkedRunOperator(RunOperator):
    """A mapped operator has the links of its class."""

    operator_extra_links = (RunPage(),)


with DAG(dag_id="mapped_pipeline", schedule=None, is_paused_upon_creation=False):
    LinkedRunOperator.partial(
        task_id=TRIGGER_TASK,
        http_conn_id=WEB_CONNECTION,
        endpoint="/api/runs",
        headers={"Content-Type": "application/json"},
        extra_options=REQUEST_OPTIONS,
    ).expand(data=['{"count": 11}', '{"count": 11}'])
