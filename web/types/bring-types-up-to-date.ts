import { setTimeout } from "node:timers/promises";
import type { Logger } from "../../service/log.ts";
import { registerExamples } from "./register/register-examples.ts";
import type { Registry } from "./registry.ts";

const longestPauseMs = 30_000;

/**
 * Does as soon as the database can be reached what is due with a new version of the product: the types that come with it are registered, and
 * all types' rows counted as their definitions say.
 * @returns ends it
 */
export function bringTypesUpToDate(registry: Registry, log: Logger): () => Promise<void> {
  const closing = new AbortController();
  const work = async (): Promise<void> => {
    await registerExamples(registry, log);
    await registry.keepStatistics((type, err) =>
      log.warn({ err, type }, "the rows of a type cannot be counted as its definition says"),
    );
  };
  const working = retry(work, log, closing.signal);
  return () => {
    closing.abort();
    return working;
  };
}

async function retry(work: () => Promise<void>, log: Logger, signal: AbortSignal): Promise<void> {
  for (let pauseMs = 500; !signal.aborted; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await work();
    } catch (err) {
      log[pauseMs < longestPauseMs ? "debug" : "warn"]({ err }, "types not up to date yet");
      await setTimeout(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
