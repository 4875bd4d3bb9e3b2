import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { candidatesOf } from "../../../ledger/types/register-types.ts";
import type { Logger } from "../../../service/log.ts";
import { parseDefinitions } from "../../../types/definition/parse-definitions.ts";
import { projectRoot } from "../../project-root.ts";
import type { Registry } from "../registry.ts";

/** Types that come with the product, in files that people can copy. */
export const examplesFolder = path.join(projectRoot, "types", "examples");

const longestPauseMs = 30_000;

/**
 * Registers the types that come with the product as soon as the database can be reached. Those that somebody has deleted stay deleted, and one
 * whose name, topic or table somebody else has is left out.
 * @returns ends it
 */
export function registerExamples(registry: Registry, log: Logger): () => Promise<void> {
  const closing = new AbortController();
  const registering = retry(() => registerAll(registry, log), log, closing.signal);
  return () => {
    closing.abort();
    return registering;
  };
}

async function retry(work: () => Promise<void>, log: Logger, signal: AbortSignal): Promise<void> {
  for (let pauseMs = 500; !signal.aborted; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await work();
    } catch (err) {
      log[pauseMs < longestPauseMs ? "debug" : "warn"]({ err }, "examples not registered yet");
      await setTimeout(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function registerAll(registry: Registry, log: Logger): Promise<void> {
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
