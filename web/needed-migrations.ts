import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "./project-root.ts";

/** The migrations of this version by their files' names; none where the image comes without them. */
export function listNeededMigrations(): string[] {
  const folder = path.join(projectRoot, "migrations");
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith(".ts"));
}
