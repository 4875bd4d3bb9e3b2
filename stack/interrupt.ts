import { say } from "./say.ts";
import { isStartedByNpm } from "./settings.ts";

/**
 * npm passes a terminal's Ctrl-C on to a program that has got it from the terminal already. A person
 * who wants to force the end takes longer than this to press it again.
 */
const sameKeystrokeMs = 800;

/** Exit code of a program that a Ctrl-C has ended, as shells count. */
const interruptedCode = 130;

/**
 * Turns Ctrl-C, SIGTERM and a closed terminal into an abort. A second Ctrl-C ends this process at once
 * (and what it runs with it, by the listeners of its "exit").
 */
export function catchInterrupt(onFirst: () => void = () => {}): AbortSignal {
  const interrupted = new AbortController();
  let firstAt: number | undefined;
  const onSignal = () => {
    if (firstAt === undefined) {
      firstAt = Date.now();
      onFirst();
      interrupted.abort(new Interrupted());
    } else if (Date.now() - firstAt > sameKeystrokeMs) {
      say("Killing everything.");
      process.exit(interruptedCode);
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  if (isStartedByNpm()) watchParent(onSignal);
  return interrupted.signal;
}

/** npm dies of a SIGTERM without passing it on: what it has started would run on with nobody left to end it. */
function watchParent(onDeath: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onDeath();
  }, 500).unref();
}

/** The person at the terminal wants it to end: no failure, so nothing is printed about it. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** Resolves once the signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
