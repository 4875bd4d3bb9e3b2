import path from "node:path";
import { expect } from "chai";
import { installPythonEnvironment } from "../../stack/install/python-environment.ts";
import { runToEnd } from "../../stack/run-to-end.ts";
import { childEnvironment, projectRoot } from "../../stack/settings.ts";
import type { Check } from "../compose/run-checks.ts";

const folder = path.join(projectRoot, "superset");

/** What can be said of superset/ without running it. */
export function sourceChecks(): Check[] {
  const ruff = async (...args: string[]): Promise<void> => {
    const program = await installPythonEnvironment({
      name: "ruff",
      label: "Ruff",
      pythons: ["3.11", "3.12", "3.13"],
      lockFiles: [path.join(folder, "requirements-dev.lock")],
    });
    const { code, output } = await runToEnd(program("ruff"), [...args, "--no-cache", "."], {
      environment: childEnvironment(),
      directory: folder,
    });
    expect(code, output).to.equal(0);
  };
  return [
    ["Ruff finds nothing in the Python sources", () => ruff("check")],
    ["Ruff would format nothing otherwise", () => ruff("format", "--check")],
  ];
}
