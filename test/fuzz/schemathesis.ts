import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { ExplainedError } from "../../stack/explained-error.ts";
import { canInstallPackages, installPackages } from "../../stack/install/apt.ts";
import { findProgram } from "../../stack/install/find-program.ts";
import { runToEnd } from "../../stack/run-to-end.ts";
import { say } from "../../stack/say.ts";
import { childEnvironment, stackDirectory } from "../../stack/settings.ts";

/** https://schemathesis.readthedocs.io */
const version = "4.32.5";

/** The path of its program; installed from PyPI into a Python environment of its own where it is not there. */
export async function installSchemathesis(): Promise<string> {
  const folder = path.join(stackDirectory(), `schemathesis-${version}`);
  const program = path.join(folder, "bin", "schemathesis");
  if (existsSync(program)) return program;
  say(`Installing schemathesis ${version} …`);
  // What an interrupted installation has left behind.
  await rm(folder, { recursive: true, force: true });
  await makeEnvironment(folder);
  await run(path.join(folder, "bin", "pip"), [
    "install",
    "--quiet",
    "--disable-pip-version-check",
    `schemathesis==${version}`,
  ]);
  return program;
}

/** Debian has Python without the part that makes environments. */
async function makeEnvironment(folder: string): Promise<void> {
  const make = async (): Promise<boolean> => {
    const python = findProgram("python3");
    if (python === undefined) return false;
    const { code } = await runToEnd(python, ["-m", "venv", folder], { environment: childEnvironment() });
    return code === 0;
  };
  if (await make()) return;
  if (canInstallPackages()) {
    await installPackages([["python3-venv"]]);
    if (await make()) return;
  }
  throw new ExplainedError("Python 3 with venv is needed; on Debian: apt-get install python3-venv.");
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const { code, output } = await runToEnd(program, args, { environment: childEnvironment() });
  if (code !== 0) throw new ExplainedError(`${path.basename(program)} failed:\n${output.trim()}`);
}
