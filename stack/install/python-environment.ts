import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ExplainedError } from "../explained-error.ts";
import { withLock } from "../lock.mjs";
import { type RunResult, runToEnd } from "../run-to-end.ts";
import { say } from "../say.ts";
import { cacheDirectory, childEnvironment } from "../settings.ts";
import { canInstallPackages, installPackages } from "./apt.ts";
import { findPython, type Python } from "./find-python.ts";

/** Resolves and installs in a tenth of pip's time. */
const installer = "uv==0.12.17";

export type PythonWish = {
  /** Names its folder. */
  readonly name: string;
  /** What it brings, for the person who waits. */
  readonly label: string;
  /** Python versions for which the lock file was seen to work, the best first. */
  readonly pythons: readonly string[];
  /** Pinned packages, the absolute paths of requirements files. */
  readonly lockFiles: readonly string[];
};

/** Gives the path of one of the environment's programs, such as "python". */
export type PythonEnvironment = (program: string) => string;

/**
 * A virtual environment that holds exactly what the lock files pin. It is made once for all stacks of this user, at its
 * final place, since its programs name the folder they were installed into; its stamp is written last, so an
 * interrupted installation is begun anew. Quick where it is there.
 */
export async function installPythonEnvironment(wish: PythonWish): Promise<PythonEnvironment> {
  const python = await needPython(wish);
  const folder = path.join(cacheDirectory(), `${wish.name}-${fingerprint(wish, python)}`);
  const stamp = path.join(folder, "complete");
  const onWait = (holder: number) =>
    say(`Waiting for another installation of ${wish.label} (process ${holder}) …`);
  if (!existsSync(stamp)) {
    await mkdir(cacheDirectory(), { recursive: true });
    await withLock(`${folder}.lock`, onWait, async () => {
      if (existsSync(stamp)) return;
      await make(wish, python, folder);
      await writeFile(stamp, "");
    });
  }
  return (program) => path.join(folder, "bin", program);
}

async function make({ label, lockFiles }: PythonWish, python: Python, folder: string): Promise<void> {
  say(`Installing ${label} from PyPI for Python ${python.version} …`);
  const startedAt = Date.now();
  await rm(folder, { recursive: true, force: true });
  const own = path.join(folder, "bin", "python");
  await run(label, python.program, ["-m", "venv", folder]);
  await run(label, own, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", installer]);
  await run(label, path.join(folder, "bin", "uv"), [
    ...["pip", "install", "--quiet", "--compile-bytecode", "--no-deps", "--python", own],
    ...lockFiles.flatMap((file) => ["--requirements", file]),
  ]);
  say(`${label} is here after ${Math.round((Date.now() - startedAt) / 1000)} s.`);
}

async function run(label: string, program: string, args: readonly string[]): Promise<void> {
  const environment = { ...childEnvironment(), UV_PYTHON_DOWNLOADS: "never" };
  const { code, output } = await runToEnd(program, args, { environment }).catch(
    (error: Error): RunResult => ({ code: null, output: error.message }),
  );
  if (code !== 0) throw new ExplainedError(`${label} could not be installed:\n${output.trim()}`);
}

async function needPython({ label, pythons }: PythonWish): Promise<Python> {
  const found = findPython(pythons);
  if (found) return found;
  if (canInstallPackages()) {
    await installPackages([["python3-venv"]]);
    const installed = findPython(pythons);
    if (installed) return installed;
  }
  throw new ExplainedError(
    `${label} needs Python ${pythons.join(" or ")} with venv.\n${howToInstall(pythons)}`,
  );
}

function howToInstall(pythons: readonly string[]): string {
  const commands =
    process.platform === "darwin"
      ? [`brew install python@${pythons[0]}`]
      : ["sudo apt-get update && sudo apt-get install --yes python3-venv"];
  const elsewhere =
    process.platform === "darwin"
      ? ""
      : `\nWhere the system's Python is another: pyenv install ${pythons[0]} && pyenv global ${pythons[0]}.\n`;
  return `Install with:\n\n  ${commands.join("\n  ")}\n${elsewhere}`;
}

/** Another interpreter, or another line in a lock file, is another environment. */
function fingerprint({ lockFiles }: PythonWish, { program, version }: Python): string {
  const hash = createHash("sha256").update(installer).update(program);
  for (const file of lockFiles) hash.update(readFileSync(file));
  return `${version}-${hash.digest("hex").slice(0, 8)}`;
}
