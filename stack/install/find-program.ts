import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { searchPath } from "../settings.ts";

/** The full path of the first of `names` that is on the user's PATH. */
export function findProgram(...names: readonly string[]): string | undefined {
  return names
    .flatMap((name) => searchPath().map((folder) => path.join(folder, name)))
    .find((file) => isExecutable(file));
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
