import { setTimeout as pause } from "node:timers/promises";
import { ExplainedError } from "../stack/explained-error.ts";
import { AirflowAway, type AirflowClient } from "./airflow-client.ts";

/** Of airflow/dags/synthetic_pipeline_dag.py. */
export const pipelineDag = "synthetic_data_pipeline";
export const triggerTask = "trigger_data_generation";

export type DagRun = {
  readonly dag_id: string;
  readonly dag_run_id: string;
  readonly state: string;
};

/** How a DAG run is watched, in milliseconds. */
export type DagPatience = {
  readonly pollMs: number;
  /** How long Airflow may stand still: it, or one of its parts, may just be starting. */
  readonly outageMs: number;
};

const usualPatience: DagPatience = { pollMs: 1_000, outageMs: 60_000 };

/**
 * Triggers a DAG as soon as Airflow is ready to run it.
 * @throws ExplainedError where the DAG is paused, or Airflow stands still
 */
export async function triggerDag(
  airflow: AirflowClient,
  request: { readonly conf: Readonly<Record<string, unknown>>; readonly dag?: string; readonly id?: string },
  signal?: AbortSignal,
  patience?: DagPatience,
): Promise<DagRun> {
  const { conf, dag = pipelineDag, id } = request;
  await patiently(() => requireActivity(airflow, dag).then(() => true), signal, patience);
  return airflow.post(`/dags/${dag}/dagRuns`, {
    logical_date: null,
    conf,
    ...(id === undefined ? {} : { dag_run_id: id }),
  });
}

/**
 * Waits until a DAG run has got its run from the web service.
 * @returns the run's id
 * @throws ExplainedError where the DAG run gets none
 */
export function untilRunIsThere(
  airflow: AirflowClient,
  dagRun: DagRun,
  signal?: AbortSignal,
  patience?: DagPatience,
): Promise<string> {
  const xcom = `${dagRunPath(dagRun)}/taskInstances/${triggerTask}/xcomEntries/return_value`;
  return patiently(
    async () => {
      const over = isOver(await look(airflow, dagRun));
      const found = await airflow.get<{ value: string }>(xcom);
      if (found !== undefined) return found.value;
      if (over) throw new ExplainedError(`The DAG run got no run: ${await describeDagRun(airflow, dagRun)}`);
      await requireActivity(airflow, dagRun.dag_id);
      return undefined;
    },
    signal,
    patience,
  );
}

/** Waits until a DAG run is over. */
export function untilDagRunIsOver(
  airflow: AirflowClient,
  dagRun: DagRun,
  signal?: AbortSignal,
  patience?: DagPatience,
): Promise<DagRun> {
  return patiently(
    async () => {
      const latest = await look(airflow, dagRun);
      if (isOver(latest)) return latest;
      await requireActivity(airflow, dagRun.dag_id);
      return undefined;
    },
    signal,
    patience,
  );
}

/** The state of each task of a DAG run; null of one that has not begun. */
export async function taskStates(
  airflow: AirflowClient,
  dagRun: DagRun,
): Promise<Readonly<Record<string, string | null>>> {
  type Answer = { task_instances: { task_id: string; state: string | null }[] };
  const answer = await airflow.get<Answer>(`${dagRunPath(dagRun)}/taskInstances`);
  return Object.fromEntries((answer?.task_instances ?? []).map(({ task_id, state }) => [task_id, state]));
}

/** What has become of a DAG run, and where Airflow shows it. */
export async function describeDagRun(airflow: AirflowClient, dagRun: DagRun): Promise<string> {
  const { state } = await look(airflow, dagRun);
  const failed = Object.entries(await taskStates(airflow, dagRun)).filter(([, task]) => task === "failed");
  const blame = failed.length === 0 ? "" : ` in ${failed.map(([task]) => task).join(", ")}`;
  return `${state}${blame}, ${airflow.url}${dagRunPath(dagRun).replace("dagRuns", "runs")}`;
}

export function dagRunPath({ dag_id, dag_run_id }: DagRun): string {
  return `/dags/${dag_id}/dagRuns/${encodeURIComponent(dag_run_id)}`;
}

function isOver({ state }: DagRun): boolean {
  return state === "success" || state === "failed";
}

async function look(airflow: AirflowClient, dagRun: DagRun): Promise<DagRun> {
  const latest = await airflow.get<DagRun>(dagRunPath(dagRun));
  if (latest === undefined)
    throw new ExplainedError(`Somebody has deleted the DAG run ${dagRun.dag_run_id}.`);
  return latest;
}

/** @throws where nothing would happen however long one waited (ExplainedError) or nothing does at present (AirflowAway) */
async function requireActivity(airflow: AirflowClient, dag: string): Promise<void> {
  const found = await airflow.get<{ is_paused: boolean }>(`/dags/${dag}`);
  if (found === undefined) {
    const { import_errors = [] } = (await airflow.get<{ import_errors: unknown[] }>("/importErrors")) ?? {};
    const why = import_errors.length === 0 ? "" : `: ${JSON.stringify(import_errors)}`;
    throw new AirflowAway(
      `Airflow has not read the DAG ${dag}${why}. The log of its airflow-dag-processor says more.`,
    );
  }
  if (found.is_paused) {
    throw new ExplainedError(
      `The DAG ${dag} is paused. Unpause it at ${airflow.url}/dags/${dag}, and try again.`,
    );
  }
  const health = await airflow.get<{ scheduler: { status: string | null } }>("/monitor/health");
  if (health?.scheduler.status !== "healthy") {
    throw new AirflowAway("Airflow's scheduler is down. The log of its airflow-scheduler says why.");
  }
}

/** Tries again and again until there is a result. What may pass by itself is borne for a while. */
async function patiently<Result>(
  attempt: () => Promise<Result | undefined>,
  signal: AbortSignal = new AbortController().signal,
  { pollMs, outageMs } = usualPatience,
): Promise<Result> {
  let deadline = Date.now() + outageMs;
  for (;;) {
    signal.throwIfAborted();
    try {
      const result = await attempt();
      if (result !== undefined) return result;
      deadline = Date.now() + outageMs;
    } catch (error) {
      if (!(error instanceof AirflowAway) || Date.now() > deadline) throw error;
    }
    await pause(pollMs, undefined, { signal });
  }
}
