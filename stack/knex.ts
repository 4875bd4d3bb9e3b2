import path from "node:path";
import { type RunResult, runToEnd } from "./run-to-end.ts";
import { childEnvironment, projectRoot } from "./settings.ts";

/** Runs Knex's own command line, such as `migrate:latest`, on a database. */
export function knex(databaseUrl: string, args: readonly string[]): Promise<RunResult> {
  const program = path.join(projectRoot, "node_modules", "knex", "bin", "cli.js");
  return runToEnd(process.execPath, ["--import", "tsx", program, ...args], {
    environment: { ...childEnvironment(), MIGRATION_DATABASE_URL: databaseUrl },
    directory: projectRoot,
  });
}
