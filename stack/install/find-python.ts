import { spawnSync } from "node:child_process";
import path from "node:path";
import { childEnvironment, searchPath } from "../settings.ts";
import { isExecutable } from "./find-program.ts";

export type Python = { readonly program: string; readonly version: string };

/** Debian has Python without the part that makes environments; a version manager's stand-in may lead nowhere. */
const question =
  "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2], sys._base_executable or sys.executable)";

/**
 * A Python that can make virtual environments.
 *
 * @param versions the ones that will do, such as "3.12", the best first
 */
export function findPython(versions: readonly string[]): Python | undefined {
  const asked = new Set<string>();
  for (const name of [...versions.map((version) => `python${version}`), "python3"]) {
    for (const folder of searchPath()) {
      const program = path.join(folder, name);
      if (asked.has(program) || !isExecutable(program)) continue;
      asked.add(program);
      const python = describe(program);
      if (python && versions.includes(python.version)) return python;
    }
  }
  return undefined;
}

function describe(program: string): Python | undefined {
  const { status, stdout } = spawnSync(program, ["-c", question], {
    encoding: "utf8",
    env: childEnvironment(),
    timeout: 20_000,
  });
  const [, version, base] = /^(\S+) (.+)$/m.exec(stdout ?? "") ?? [];
  return status === 0 && version && base ? { program: base, version } : undefined;
}
