import { mkdir } from "node:fs/promises";
import path from "node:path";
import { readEnvFile, removeEnvFile } from "./env-file.ts";
import { ExplainedError } from "./explained-error.ts";
import { withLock } from "./lock.mjs";
import { readProcess, removeProcess, writeProcess } from "./pid-files.ts";

/**
 * Makes this process the one that runs the stack of the folder, or says which other does.
 *
 * @returns what gives the folder back, its addresses included; called at the exit where it was not called before. It acts
 *   once: from then on the folder may be another process's.
 */
export async function claim(directory: string): Promise<() => void> {
  await mkdir(directory, { recursive: true });
  await withLock(
    path.join(directory, "claim.lock"),
    () => {},
    () => {
      const other = readProcess(directory, "stack");
      if (other !== undefined) throw new ExplainedError(alreadyRunning(directory, other));
      // One that a killed stack has left behind would now seem to be this one's.
      removeEnvFile(directory);
      writeProcess(directory, "stack", process.pid);
    },
  );
  let isOurs = true;
  const release = () => {
    if (!isOurs) return;
    isOurs = false;
    process.removeListener("exit", release);
    removeEnvFile(directory);
    removeProcess(directory, "stack");
  };
  process.once("exit", release);
  return release;
}

function alreadyRunning(directory: string, pid: number): string {
  const urls = Object.entries(readEnvFile(directory) ?? {}).map(([key, url]) => `  ${key}=${url}`);
  const state =
    urls.length > 0 ? `is running in ${directory}:\n${urls.join("\n")}` : `is just starting in ${directory}.`;
  return `A stack (process ${pid}) ${state}\nnpm run stop ends it; STACK_DIR and other ports make room for a second one.`;
}
