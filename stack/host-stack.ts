import type { StackUrls } from "./apps.ts";
import { catchInterrupt, untilAborted } from "./interrupt.ts";
import { printUrls } from "./print-urls.ts";
import { runStack } from "./run-stack.ts";
import { say } from "./say.ts";
import type { StackSettings } from "./settings.ts";

/** Exit code of a start that a Ctrl-C has ended, as shells count. */
const interruptedCode = 130;

/**
 * Runs a stack in this process: starts it, does `whileUp`, and ends it in order at Ctrl-C or as soon as
 * `whileUp` asks for it.
 *
 * @returns the exit code for the command
 */
export async function hostStack(
  settings: StackSettings,
  whileUp: (urls: StackUrls, interrupt: AbortSignal) => Promise<{ exitCode: number; stayUp: boolean }>,
): Promise<number> {
  const interrupt = catchInterrupt(() => say("Stopping … (Ctrl-C again kills everything at once)"));
  const stack = await runStack(settings, interrupt).catch((error: unknown) => {
    if (interrupt.aborted) return undefined;
    throw error;
  });
  if (!stack) {
    say("Stopped.");
    return interruptedCode;
  }
  printUrls(stack.urls, settings);
  let exitCode = 1;
  try {
    const outcome = await whileUp(stack.urls, interrupt);
    exitCode = outcome.exitCode;
    if (outcome.stayUp) await untilAborted(interrupt);
  } finally {
    const killed = await stack.stop();
    if (killed.length > 0) {
      say(`Killed, because they did not end in time: ${killed.join(", ")}.`);
      exitCode ||= 1;
    }
    say("Stopped.");
  }
  return exitCode;
}
