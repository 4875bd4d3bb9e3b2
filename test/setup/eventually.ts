import { waitUntil } from "../../stack/wait-until.ts";

/** Calls `attempt`, which throws as long as the expectation is not met, until it does not; returns its result. */
export function eventually<T>(attempt: () => T | Promise<T>, deadlineMs = 15_000): Promise<T> {
  return waitUntil("the expectation", attempt, { timeoutMs: deadlineMs, everyMs: 20 }).catch(
    (error: unknown) => {
      // What was expected says more than that it was waited for.
      throw error instanceof Error && error.cause !== undefined ? error.cause : error;
    },
  );
}
