/** airflow/dags/synthetic_pipeline_dag.py. */
const dagId = "synthetic_data_pipeline";

/** What Airflow calls the runs of a DAG by itself, from `manual__2026-11-24T07:00:00+00:00` to `scheduled__…`. */
const dagRunId = /^(manual|scheduled|backfill|asset_triggered|operator_triggered)__/;

/**
 * Where Airflow shows the DAG run that asked for a run: its id is the run's idempotency key.
 * @returns null where another key, or none, says that somebody else asked
 */
export function dagRunUrl(airflowUrl: string, idempotencyKey: string | null): string | null {
  if (idempotencyKey === null || !dagRunId.test(idempotencyKey)) return null;
  return `${airflowUrl.replace(/\/$/, "")}/dags/${dagId}/runs/${encodeURIComponent(idempotencyKey)}`;
}
