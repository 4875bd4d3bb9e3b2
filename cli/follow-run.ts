import { isOver, type Run } from "./run.ts";
import { showRunProgress } from "./run-progress.ts";
import type { WebClient } from "./web-client.ts";

/** Nothing is told of a run that stands still, whose rate and time go on. */
const refreshMs = 1_000;

/** Shows a run's progress until it is over, or until the interrupt. @returns its last known state */
export async function followRun(
  client: WebClient,
  run: Run,
  interrupt: AbortSignal,
  output: NodeJS.WriteStream,
): Promise<Run> {
  const progress = showRunProgress(run, output);
  let last = run;
  const clock = setInterval(() => progress.update(last), refreshMs);
  try {
    for await (last of client.watchRun(run, isOver, interrupt)) progress.update(last);
  } catch (error) {
    if (!interrupt.aborted) throw error;
  } finally {
    clearInterval(clock);
    progress.end();
  }
  return last;
}
