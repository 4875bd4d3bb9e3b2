import { setTimeout as pause } from "node:timers/promises";

export type WaitOptions = {
  readonly timeoutMs: number;
  /** Pause between two attempts. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
};

/**
 * Calls `attempt` until it resolves, and returns what it resolves to.
 *
 * @param expectation what is waited for, as it stands in the error: "Redis to answer"
 * @throws where the deadline passes (with the last attempt's error as cause) or `signal` aborts
 */
export async function waitUntil<T>(
  expectation: string,
  attempt: () => T | Promise<T>,
  { timeoutMs, everyMs = 50, signal }: WaitOptions,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (cause) {
      if (Date.now() + everyMs > deadline) {
        throw new Error(`Waited ${timeoutMs / 1000} s in vain for ${expectation}.`, { cause });
      }
    }
    // An abort ends the pause early; its reason is thrown above.
    await pause(everyMs, undefined, signal ? { signal } : {}).catch(() => {});
  }
}
