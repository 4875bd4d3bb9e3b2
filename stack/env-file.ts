import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ExplainedError } from "./explained-error.ts";
import { readProcess } from "./pid-files.ts";
import { stackDirectory } from "./settings.ts";

/** Shell syntax; every value is an address without spaces or quotes, so none is quoted. */
export function writeEnvFile(directory: string, values: Readonly<Record<string, string>>): void {
  const lines = Object.entries(values).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(envFile(directory), lines.join(""));
}

/** What the running stack of the folder wrote; undefined where none runs. */
export function readEnvFile(directory: string): Record<string, string> | undefined {
  // The file of a stack that was killed is still there, but its addresses lead nowhere.
  if (!existsSync(envFile(directory)) || readProcess(directory, "stack") === undefined) return undefined;
  const lines = readFileSync(envFile(directory), "utf8").split("\n");
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
      return key !== undefined && value !== undefined ? [[key, value]] : [];
    }),
  );
}

export function removeEnvFile(directory: string): void {
  rmSync(envFile(directory), { force: true });
}

/**
 * Puts the running stack's addresses into this process's environment, under what is set there already.
 *
 * @throws ExplainedError where `needed` is neither set nor to be had from a running stack
 */
export function useStackEnvironment(needed: string, environment: NodeJS.ProcessEnv = process.env): void {
  const directory = stackDirectory(environment);
  const found = readEnvFile(directory) ?? {};
  // Whoever names another database must not have this one's migrated in its place.
  const database = environment.DATABASE_URL || found.DATABASE_URL;
  const foreign = database === found.DATABASE_URL ? [] : ["MIGRATION_DATABASE_URL", "READER_DATABASE_URL"];
  for (const [key, value] of Object.entries(found)) if (!foreign.includes(key)) environment[key] ||= value;
  if (!environment[needed]) {
    throw new ExplainedError(
      `No stack is running in ${directory}; start one with npm start, or set ${needed}.`,
    );
  }
}

function envFile(directory: string): string {
  return path.join(directory, "env");
}
