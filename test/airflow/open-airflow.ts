import { isDeepStrictEqual } from "node:util";
import { type AirflowLogin, airflowClient } from "../../cli/airflow-client.ts";
import {
  type DagPatience,
  type DagRun,
  dagRunPath,
  pipelineDag,
  taskStates,
  triggerDag,
  untilDagRunIsOver,
  untilRunIsThere,
} from "../../cli/dag-run.ts";

/** Airflow's REST API, as far as the checks use it. */
export interface Airflow {
  /** Messages of DAG files that could not be read. */
  importErrors(): Promise<readonly unknown[]>;
  /** Triggers the pipeline's DAG, or another; `id` names the DAG run. */
  trigger(
    conf: Readonly<Record<string, unknown>>,
    other?: { readonly dag?: string; readonly id?: string },
  ): Promise<DagRun>;
  /** The newest DAG run of that configuration. */
  newest(conf: Readonly<Record<string, unknown>>): Promise<DagRun>;
  /** Waits until the DAG run has asked for a run, and gives that run's id. */
  runId(dagRun: DagRun): Promise<string>;
  /** Waits until the DAG run has ended, and gives the state of each task. */
  untilOver(dagRun: DagRun, patience?: DagPatience): Promise<Readonly<Record<string, string | null>>>;
  /** Marks it as failed, which ends its tasks. */
  fail(dagRun: DagRun): Promise<void>;
  /** Has a task of a DAG run that has ended run again, and perhaps what follows it. */
  clear(dagRun: DagRun, task: string, how: { readonly withDownstream: boolean }): Promise<void>;
  /** What the last try of a task has logged. */
  log(dagRun: DagRun, task: string): Promise<string>;
  pause(isPaused: boolean): Promise<void>;
  /** The addresses of a task's buttons, by their names. */
  links(dagRun: DagRun, task: string, mapIndex?: number): Promise<Readonly<Record<string, string | null>>>;
}

/** @param timeoutMs how long a DAG run may take */
export async function openAirflow(url: string, login: AirflowLogin, timeoutMs: number): Promise<Airflow> {
  const airflow = await airflowClient(url, login);
  const taskPath = (dagRun: DagRun, task: string): string => `${dagRunPath(dagRun)}/taskInstances/${task}`;
  return {
    async importErrors() {
      return (await airflow.get<{ import_errors: unknown[] }>("/importErrors"))?.import_errors ?? [];
    },
    trigger: (conf, other) => triggerDag(airflow, { conf, ...other }),
    async newest(conf) {
      type Answer = { dag_runs: (DagRun & { conf: unknown })[] };
      const answer = await airflow.get<Answer>(`/dags/${pipelineDag}/dagRuns?order_by=-run_after&limit=1`);
      const [newest] = answer?.dag_runs ?? [];
      if (!isDeepStrictEqual(newest?.conf, conf)) throw new Error(`It is ${JSON.stringify(newest)}.`);
      return newest as DagRun;
    },
    runId: (dagRun) => untilRunIsThere(airflow, dagRun, AbortSignal.timeout(timeoutMs)),
    async untilOver(dagRun, patience) {
      await untilDagRunIsOver(airflow, dagRun, AbortSignal.timeout(timeoutMs), patience);
      return taskStates(airflow, dagRun);
    },
    async fail(dagRun) {
      await airflow.patch(dagRunPath(dagRun), { state: "failed" });
    },
    async clear({ dag_id, dag_run_id }, task, { withDownstream }) {
      await airflow.post(`/dags/${dag_id}/clearTaskInstances`, {
        dry_run: false,
        only_failed: false,
        dag_run_id,
        task_ids: [task],
        include_downstream: withDownstream,
      });
    },
    async log(dagRun, task) {
      const path = taskPath(dagRun, task);
      const instance = await airflow.get<{ try_number: number }>(path);
      return JSON.stringify(await airflow.get(`${path}/logs/${instance?.try_number}`));
    },
    async pause(isPaused) {
      await airflow.patch(`/dags/${pipelineDag}`, { is_paused: isPaused });
    },
    async links(dagRun, task, mapIndex = -1) {
      type Answer = { extra_links: Record<string, string | null> };
      return (
        (await airflow.get<Answer>(`${taskPath(dagRun, task)}/links?map_index=${mapIndex}`))?.extra_links ??
        {}
      );
    },
  };
}

export const allGreen = {
  trigger_data_generation: "success",
  wait_for_processing: "success",
  check_run: "success",
  aggregate_users_stats: "success",
} as const;
