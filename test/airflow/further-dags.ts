import { cp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { projectRoot } from "../../stack/settings.ts";

/** A copy of the project's DAG under another name, as somebody might make one. */
export const twinDag = "twin_pipeline";

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
  const file = path.join(folder, "dags", "synthetic_pipeline_dag.py");
  const source = await readFile(file, "utf8");
  await writeFile(file, source.replace('dag_id="synthetic_data_pipeline"', `dag_id="${twinDag}"`));
  const bundle = (name: string, kwargs: object) => ({
    name,
    classpath: "airflow.dag_processing.bundles.local.LocalDagBundle",
    kwargs,
  });
  const bundles = [bundle("dags-folder", {}), bundle("further", { path: path.join(folder, "dags") })];
  return { AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST: JSON.stringify(bundles) };
}
