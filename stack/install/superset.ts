import path from "node:path";
import { projectRoot } from "../settings.ts";
import { installPythonEnvironment, type PythonEnvironment, type PythonWish } from "./python-environment.ts";

const supersetWish: PythonWish = {
  name: "superset",
  label: "Superset",
  pythons: ["3.11", "3.12"],
  lockFiles: [path.join(projectRoot, "superset", "requirements.lock")],
};

/** Superset with its built front end and the driver for PostgreSQL. */
export function installSuperset(): Promise<PythonEnvironment> {
  return installPythonEnvironment(supersetWish);
}
