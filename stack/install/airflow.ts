import path from "node:path";
import { projectRoot } from "../settings.ts";
import { installPythonEnvironment, type PythonEnvironment, type PythonWish } from "./python-environment.ts";

const file = (name: string): string => path.join(projectRoot, "airflow", name);

export const airflowWish: PythonWish = {
  name: "airflow",
  label: "Airflow",
  pythons: ["3.12", "3.11", "3.13"],
  lockFiles: [file("requirements.lock")],
};

/** Airflow and what the DAG needs. */
export function installAirflow(): Promise<PythonEnvironment> {
  return installPythonEnvironment(airflowWish);
}

/** The same with what its tests need. */
export function installAirflowForTests(): Promise<PythonEnvironment> {
  return installPythonEnvironment({
    ...airflowWish,
    name: "airflow-tests",
    label: "Airflow with its tests' tools",
    lockFiles: [...airflowWish.lockFiles, file("requirements-dev.lock")],
  });
}
