"""How the DAG speaks with the web service about a run or a dataset: what it asks for, and what an answer means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

import requests
from airflow.providers.common.sql.operators.sql import SQLCheckOperator, SQLExecuteQueryOperator
from airflow.providers.http.operators.http import HttpOperator
from airflow.providers.http.sensors.http import HttpSensor
from airflow.sdk import BaseOperatorLink, Variable
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException
from airflow.sdk.execution_time.xcom import XCom

if TYPE_CHECKING:
    from airflow.models.taskinstancekey import TaskInstanceKey
    from airflow.sdk import BaseOperator, Context
    from airflow.sdk.types import RuntimeTaskInstanceProtocol as TaskInstance
    from requests import Response

TRIGGER_TASK = "trigger_data_generation"
WEB_CONNECTION = "synthetic_web"
BUILT_IN_TYPE = "user"
PAGE = "page"
FIELDS = json.loads((Path(__file__).parent / "fields.json").read_text())
ASK_ANEW = f"To ask for another run, clear {TRIGGER_TASK} and what follows it."

# Seconds to connect and to answer; and every answer is looked at here, not by the hook, which would try a refused
# request again.
REQUEST_OPTIONS = {"timeout": 30, "check_response": False}


def run_request(params: Mapping[str, Any]) -> str:
    """The body of POST /api/runs. Only what was chosen stands in it: the service has defaults of its own.

    The form's fields are the users'. All of them, as the form has them where nobody changes it, are no choice where the
    records are others; some of them are, and the service says that there are no such fields.
    """
    kind = record_type(params)
    is_choice = kind == BUILT_IN_TYPE or set(params["fields"]) != set(FIELDS)
    chosen = {"count": params["count"], "fields": params["fields"] if is_choice else None, "seed": params["seed"]}
    body = {**(params.get("options") or {}), "type": kind, **chosen}
    if kind == BUILT_IN_TYPE:
        del body["type"]
    return json.dumps({key: value for key, value in body.items() if value is not None})


def dataset_request(params: Mapping[str, Any]) -> str:
    """The body of POST /api/datasets."""
    chosen = {**(params.get("options") or {}), "types": params["dataset"], "seed": params["seed"]}
    return json.dumps({key: value for key, value in chosen.items() if value is not None})


def endless_types(params: Mapping[str, Any]) -> list[str]:
    """The types of a dataset whose records have no end, which nobody can wait for."""
    asked = params.get("dataset") or {}
    return [name for name, said in asked.items() if isinstance(said, dict) and said.get("count", 0) is None]


def collection(params: Mapping[str, Any]) -> str:
    """What is asked for: one of the runs, or of the datasets, each of which has a run a type."""
    return "runs" if params.get("dataset") is None else "datasets"


def request_body(params: Mapping[str, Any]) -> str:
    """What asks for it."""
    return run_request(params) if collection(params) == "runs" else dataset_request(params)


def record_type(params: Mapping[str, Any]) -> str:
    """The type of the records that are asked for."""
    return params.get("type") or BUILT_IN_TYPE


def counts_users(params: Mapping[str, Any]) -> bool:
    """True where there can be new users, who may come along with a dataset that does not name them."""
    return params.get("dataset") is not None or record_type(params) == BUILT_IN_TYPE


def accepted_run(response: Response) -> dict[str, Any]:
    """The run. A refusal fails the task for good, everything else has it tried again."""
    if response.status_code == 202:
        return response.json()
    problem = describe_problem(response)
    if response.status_code == 429 or response.status_code >= 500:
        raise AirflowException(f"The web service takes no run at present: {problem}")
    raise AirflowFailException(f"The web service refuses the run: {problem}")


def idempotency_key(ti: TaskInstance, attempt: int) -> str:
    """What the web service knows a request by: whose it is, and which of theirs.

    A run's page finds its DAG run by it (web/runs/dag-run-url.ts), unless the names are too long for the web service.
    """
    asker = "/".join(quote(str(name), safe=":+") for name in (ti.dag_id, ti.run_id, ti.task_id, ti.map_index))
    key = f"airflow:{asker}/{attempt}"
    return key if len(key) <= 255 else f"airflow:{sha256(asker.encode()).hexdigest()}/{attempt}"


def first_try(ti: TaskInstance) -> int:
    """Which try the task began with, at first or when it was cleared last: a clear grants all retries once more."""
    return max(1, ti.max_tries - (ti.task.retries or 0) + 1)


def is_completed(response: Response) -> bool:
    """True once every record of the run is accounted for. A run that ended otherwise fails the task at once."""
    if response.status_code == 429 or response.status_code >= 500:
        print(f"The web service does not tell at present: {describe_problem(response)}")
        return False
    if response.status_code != 200:
        raise AirflowFailException(f"The web service does not know the run: {describe_problem(response)}. {ASK_ANEW}")
    asked = response.json()
    for run in asked.get("runs", [asked]):
        counts = f"{run['stored']} stored, {run['deadLettered']} dead-lettered of {run['requested']}"
        print(f"Run {run['id']} is {run['status']}: {counts}")
    if has_come_to_nothing(asked):
        raise AirflowFailException(f"{describe_end(asked)}. {ASK_ANEW}")
    return asked["status"] == "completed"


def has_come_to_nothing(run: Mapping[str, Any]) -> bool:
    """True of a run that is over and has not completed, and of a dataset with such a run."""
    return run["status"] in ("failed", "cancelled")


def describe_end(run: Mapping[str, Any]) -> str:
    """What became of a run that has come to nothing, or of a dataset's."""
    if "runs" in run:
        return "; ".join(describe_end(each) for each in run["runs"] if has_come_to_nothing(each))
    return f"Run {run['id']} was {run['status']}: {run['error'] or 'by request'}"


def describe_problem(response: Response) -> str:
    """The status, and what the service says about it (RFC 9457)."""
    try:
        problem = response.json()
        said = [problem.get("detail") or problem["title"]]
        said += [f"{error['field']}: {error['message']}" for error in problem.get("errors", [])]
    except (ValueError, KeyError, TypeError, AttributeError):
        said = [response.text[:500]]
    return f"{response.status_code}: {'; '.join(map(str, said))}".rstrip(".")


class RunOperator(HttpOperator):
    """Asks for a run and returns its id.

    Tried again or cleared, it gets the run that it asked for before. Where that was cancelled or failed, a cleared task
    asks for another one; one that is merely tried again fails, since nobody has said yet that there should be another.
    """

    def execute(self, context: Context) -> str:
        """Ask under one key after the other, up to the first whose run has not come to nothing."""
        ti = context["ti"]
        if endless := endless_types(context["params"]):
            places = ", ".join(f"types.{name}.count" for name in endless)
            raise AirflowFailException(f"The DAG waits for the dataset's end, and it would have none: {places} is null")
        # No try has asked for more than one run, so those before the last clear have asked for fewer than this.
        most = first_try(ti)
        for attempt in range(1, most + 1):
            headers = {**self.headers, "Idempotency-Key": idempotency_key(ti, attempt)}
            response = self.hook.run(self.endpoint, self.data, headers, self.extra_options)
            if response.status_code == 409 and attempt < most:
                self.log.info("The DAG asked for something else before it was cleared: %s", describe_problem(response))
                continue
            run = accepted_run(response)
            if not has_come_to_nothing(run):
                # It goes into SQL, so it is really an id.
                run_id = str(UUID(run["id"]))
                ti.xcom_push(key=PAGE, value=f"{collection(context['params'])}/{run_id}")
                return run_id
            self.log.info("%s", describe_end(run))
        raise AirflowFailException(f"{describe_end(run)}. {ASK_ANEW}")


class RunSensor(HttpSensor):
    """Waits on while the web service cannot be reached: the run goes on without it."""

    def poke(self, context: Context) -> bool:
        """Ask once."""
        try:
            return bool(super().poke(context))
        except (requests.ConnectionError, requests.Timeout) as error:
            self.log.warning("The web service cannot be reached: %s", error)
            return False


class RunCheckOperator(SQLCheckOperator):
    """Has its statement write the checks, one a run, since the table to be looked at follows from the run's type."""

    def execute(self, context: Context) -> None:
        """Write the checks, then carry them out."""
        written = self.get_db_hook().get_records(self.sql)
        if not written:
            raise AirflowFailException("The database does not have the run that the web service has taken.")
        for (check,) in written:
            self.sql = check
            super().execute(context)


class UsersStatsOperator(SQLExecuteQueryOperator):
    """Is skipped where the records are no users: users_stats does not have them."""

    def execute(self, context: Context) -> Any:
        """Bring users_stats up to date, where there can be something new."""
        params = context["params"]
        if not counts_users(params):
            kind = record_type(params)
            raise AirflowSkipException(f"users_stats counts users alone, and these records are of the type {kind}.")
        return super().execute(context)


class RunPage(BaseOperatorLink):
    """A button on each task that leads to the page of the run, or of the dataset."""

    name = "Run"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """The page of what this DAG run asked for; nothing where it got nothing."""
        page = XCom.get_one(
            key=PAGE,
            dag_id=ti_key.dag_id,
            task_id=TRIGGER_TASK,
            run_id=ti_key.run_id,
            map_index=ti_key.map_index,
        )
        web_url = Variable.get("synthetic_web_url", default="http://127.0.0.1:8080")
        return f"{web_url.rstrip('/')}/{page}" if page else ""
