import { cp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { projectRoot } from "../../stack/settings.ts";

/** A copy of the project's DAG under another name, as somebody might make one. */
export const twinDag = "twin_pipeline";

const twinFile = "dags/synthetic_pipeline_dag.py";

/** airflow/tests/dags/mapped_pipeline.py. */
export const mappedDag = "mapped_pipeline";

/**
 * Puts further DAGs into a folder.
 * @returns what Airflow is told so that it reads these, too
 */
export async function makeFurtherDags(folder: string): Promise<NodeJS.ProcessEnv> {
  for (const part of ["dags", "sql", "tests/dags"]) {
    const target = path.join(folder, path.basename(part));
    await cp(path.join(projectRoot, "airflow", part), target, { recursive: true });
  }
  await edit(path.join(folder, twinFile), 'dag_id="synthetic_data_pipeline"', `dag_id="${twinDag}"`);
  const bundle = (name: string, kwargs: object) => ({
    name,
    classpath: "airflow.dag_processing.bundles.local.LocalDagBundle",
    kwargs,
  });
  const bundles = [bundle("dags-folder", {}), bundle("further", { path: path.join(folder, "dags") })];
  return { AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST: JSON.stringify(bundles) };
}

/** Has the copy ask for 250 records where it asked for 200. */
export async function changeTwinDag(folder: string): Promise<void> {
  await edit(path.join(folder, "dags/pipeline_runs.py"), '"count": params["count"]', '"count": 250');
}

async function edit(file: string, text: string, replacement: string): Promise<void> {
  const source = await readFile(file, "utf8");
  if (!source.includes(text)) throw new Error(`${file} does not have ${text}`);
  await writeFile(file, source.replace(text, replacement));
}
