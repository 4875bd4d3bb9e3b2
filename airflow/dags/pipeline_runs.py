"""How the DAG speaks with the web service about one run: what it asks for, and what an answer means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

import requests
from airflow.providers.http.sensors.http import HttpSensor
from airflow.sdk import BaseOperatorLink, Variable
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from airflow.sdk.execution_time.xcom import XCom

if TYPE_CHECKING:
    from airflow.models.taskinstancekey import TaskInstanceKey
    from airflow.sdk import BaseOperator, Context
    from requests import Response

TRIGGER_TASK = "trigger_data_generation"
WEB_CONNECTION = "synthetic_web"

# Seconds to connect and to answer; and every answer is looked at here, not by the hook, which would try a refused
# request again.
REQUEST_OPTIONS = {"timeout": 30, "check_response": False}


def run_request(params: Mapping[str, Any]) -> str:
    """The body of POST /api/runs. Only what was chosen stands in it: the service has defaults of its own."""
    chosen = {"count": params["count"], "fields": params["fields"], "seed": params["seed"]}
    body = {**(params.get("options") or {}), **chosen}
    return json.dumps({key: value for key, value in body.items() if value is not None})


def is_accepted(response: Response) -> bool:
    """True for a run. A refusal fails the task for good, everything else has it tried again."""
    if response.status_code == 202:
        return True
    problem = describe_problem(response)
    if response.status_code == 429 or response.status_code >= 500:
        raise AirflowException(f"The web service takes no run at present: {problem}")
    raise AirflowFailException(f"The web service refuses the run: {problem}")


def run_id_of(response: Response) -> str:
    """The run's id; it goes into SQL, so it is really one."""
    return str(UUID(response.json()["id"]))


def is_completed(response: Response) -> bool:
    """True once every record of the run is accounted for. A run that ended otherwise fails the task at once."""
    if response.status_code == 429 or response.status_code >= 500:
        print(f"The web service does not tell at present: {describe_problem(response)}")
        return False
    if response.status_code != 200:
        raise AirflowFailException(f"The web service does not know the run: {describe_problem(response)}")
    run = response.json()
    counts = f"{run['stored']} stored, {run['deadLettered']} dead-lettered of {run['requested']}"
    print(f"Run {run['id']} is {run['status']}: {counts}")
    if run["status"] in ("failed", "cancelled"):
        raise AirflowFailException(f"Run {run['id']} was {run['status']}: {run['error'] or 'by request'}")
    return run["status"] == "completed"


def describe_problem(response: Response) -> str:
    """The status, and what the service says about it (RFC 9457)."""
    try:
        problem = response.json()
        said = [problem.get("detail") or problem["title"]]
        said += [f"{error['field']}: {error['message']}" for error in problem.get("errors", [])]
    except (ValueError, KeyError, TypeError, AttributeError):
        said = [response.text[:500]]
    return f"{response.status_code}: {'; '.join(map(str, said))}"


class RunSensor(HttpSensor):
    """Waits on while the web service cannot be reached: the run goes on without it."""

    def poke(self, context: Context) -> bool:
        """Ask once."""
        try:
            return bool(super().poke(context))
        except (requests.ConnectionError, requests.Timeout) as error:
            self.log.warning("The web service cannot be reached: %s", error)
            return False


class RunPage(BaseOperatorLink):
    """A button on each task that leads to the run's page."""

    name = "Run"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """The page of the run that this DAG run asked for; nothing where it got none."""
        run_id = XCom.get_one(key="return_value", dag_id=ti_key.dag_id, task_id=TRIGGER_TASK, run_id=ti_key.run_id)
        web_url = Variable.get("synthetic_web_url", default="http://127.0.0.1:8080")
        return f"{web_url.rstrip('/')}/runs/{run_id}" if run_id else ""
