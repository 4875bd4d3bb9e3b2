import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { candidatesOf } from "../../../ledger/types/register-types.ts";
import type { Logger } from "../../../service/log.ts";
import { parseDefinitions } from "../../../types/definition/parse-definitions.ts";
import { projectRoot } from "../../project-root.ts";
import type { Registry } from "../registry.ts";

/** Types that come with the product, in files that people can copy. */
export const examplesFolder = path.join(projectRoot, "types", "examples");

/**
 * Registers the types that come with the product. Those that somebody has deleted stay deleted, and one whose name, topic or table somebody
 * else has is left out.
 */
export async function registerExamples(registry: Registry, log: Logger): Promise<void> {
  for (const name of await readdir(examplesFolder)) {
    const text = await readFile(path.join(examplesFolder, name), "utf8");
    const registered = await registry.register({
      // Tests have tried them: they need not be tried at every start.
      candidates: candidatesOf(parseDefinitions(text)),
      mediaType: "application/yaml",
      keepsDeleted: true,
    });
    if (registered.kind === "refused") log.info({ name, problems: registered.problems }, "example left out");
  }
}
