/** The key of airflow/dags/pipeline_runs.py: DAG, DAG run, task, map index and attempt, each escaped as in an address. */
const dagKey = /^airflow:([^/]+)\/([^/]+)\/[^/]+\/[^/]+\/\d+$/;

/**
 * Where Airflow shows the DAG run that asked for a run, as the run's idempotency key tells.
 * @returns null where another key, or none, says that somebody else asked
 */
export function dagRunUrl(airflowUrl: string, idempotencyKey: string | null): string | null {
  const [, dag, dagRun] = dagKey.exec(idempotencyKey ?? "") ?? [];
  if (dag === undefined || dagRun === undefined) return null;
  return `${airflowUrl.replace(/\/$/, "")}/dags/${dag}/runs/${dagRun}`;
}
