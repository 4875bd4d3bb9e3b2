import { say } from "../../stack/say.ts";

/** A sentence about what should hold, and what rejects where it does not. */
export type Check = readonly [sentence: string, verify: () => Promise<void>];

export type Counts = { readonly passed: number; readonly failed: number };

/** Makes one check after the other, as they build upon each other. Rejects once the signal aborts. */
export async function runChecks(checks: readonly Check[], signal: AbortSignal): Promise<Counts> {
  let passed = 0;
  let failed = 0;
  for (const [sentence, verify] of checks) {
    const startedMs = performance.now();
    const error = await verify().then(
      () => undefined,
      (reason: Error) => reason,
    );
    signal.throwIfAborted();
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    say(`${error ? "✘" : "✔"} ${sentence} (${seconds} s)`);
    if (error) {
      failed += 1;
      console.error(error);
    } else {
      passed += 1;
    }
  }
  return { passed, failed };
}
