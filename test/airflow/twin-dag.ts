import { cp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { projectRoot } from "../../stack/settings.ts";

/** A copy of the project's DAG under another name, as somebody might make one. */
export const twinDag = "twin_pipeline";

/**
 * Copies the DAG into a folder.
 * @returns what Airflow is told so that it reads both
 */
export async function makeTwinDag(folder: string): Promise<NodeJS.ProcessEnv> {
  await cp(path.join(projectRoot, "airflow", "dags"), path.join(folder, "dags"), { recursive: true });
  await cp(path.join(projectRoot, "airflow", "sql"), path.join(folder, "sql"), { recursive: true });
  const file = path.join(folder, "dags", "synthetic_pipeline_dag.py");
  const source = await readFile(file, "utf8");
  await writeFile(file, source.replace('dag_id="synthetic_data_pipeline"', `dag_id="${twinDag}"`));
  const bundle = (name: string, kwargs: object) => ({
    name,
    classpath: "airflow.dag_processing.bundles.local.LocalDagBundle",
    kwargs,
  });
  const bundles = [bundle("dags-folder", {}), bundle("twin", { path: path.join(folder, "dags") })];
  return { AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST: JSON.stringify(bundles) };
}
