import { waitUntil } from "../../stack/wait-until.ts";

const dag = "synthetic_data_pipeline";

export interface DagRun {
  readonly dag_run_id: string;
  readonly state: string;
}

interface TaskInstance {
  readonly task_id: string;
  readonly state: string | null;
}

/** Airflow's REST API, as far as these checks use it. https://airflow.apache.org/docs/apache-airflow/stable/stable-rest-api-ref.html */
export interface AirflowClient {
  /** Messages of DAG files that could not be read. */
  importErrors(): Promise<readonly unknown[]>;
  trigger(conf: Readonly<Record<string, unknown>>): Promise<DagRun>;
  /** Waits until the DAG run has ended, and gives the state of each task. */
  untilOver(dagRun: DagRun): Promise<Readonly<Record<string, string | null>>>;
  /** The addresses of a task's buttons, by their names. */
  links(dagRun: DagRun, task: string): Promise<Readonly<Record<string, string | null>>>;
}

export async function signIn(url: string, user: string, password: string): Promise<Response> {
  return await fetch(`${url}/auth/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: user, password }),
  });
}

/**
 * Signs in and waits until the DAG has been read.
 *
 * @param timeoutMs how long a DAG run may take
 */
export async function airflowClient(
  url: string,
  login: { readonly user: string; readonly password: string },
  timeoutMs: number,
): Promise<AirflowClient> {
  const signedIn = await signIn(url, login.user, login.password);
  const { access_token: token } = (await signedIn.json()) as { access_token: string };

  async function call<Answer>(pathname: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${url}/api/v2${pathname}`, {
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${pathname} answers ${response.status}: ${text}`);
    return JSON.parse(text) as Answer;
  }

  await waitUntil("Airflow to have read the DAG", () => call(`/dags/${dag}`), {
    timeoutMs: 60_000,
    everyMs: 500,
  });

  return {
    async importErrors() {
      return (await call<{ import_errors: unknown[] }>("/importErrors")).import_errors;
    },
    trigger: (conf) => call(`/dags/${dag}/dagRuns`, { logical_date: null, conf }),
    async untilOver({ dag_run_id }) {
      const run = `/dags/${dag}/dagRuns/${encodeURIComponent(dag_run_id)}`;
      await waitUntil(
        `the DAG run ${dag_run_id} to end`,
        async () => {
          const { state } = await call<DagRun>(run);
          if (state !== "success" && state !== "failed") throw new Error(`It is ${state}.`);
        },
        { timeoutMs, everyMs: 500 },
      );
      const { task_instances } = await call<{ task_instances: TaskInstance[] }>(`${run}/taskInstances`);
      return Object.fromEntries(task_instances.map(({ task_id, state }) => [task_id, state]));
    },
    async links({ dag_run_id }, task) {
      const run = `/dags/${dag}/dagRuns/${encodeURIComponent(dag_run_id)}`;
      const { extra_links } = await call<{ extra_links: Record<string, string | null> }>(
        `${run}/taskInstances/${task}/links`,
      );
      return extra_links;
    },
  };
}

export const allGreen = {
  trigger_data_generation: "success",
  wait_for_processing: "success",
  check_run: "success",
  aggregate_users_stats: "success",
} as const;
