import { kindOf, stopOrder } from "./crew.ts";
import { killGroup, signalProcess } from "./launch.ts";
import { processNames, readProcess, removeProcess } from "./pid-files.ts";
import { expectGone } from "./process-table.ts";
import { say } from "./say.ts";
import { waitUntil } from "./wait-until.ts";

/** How long a leftover process may take after its stop signal before it is killed. */
const patienceMs = 20_000;

/**
 * Ends the processes that a supervisor which was killed has left behind in this folder. Only those that
 * the pid files prove to be ours; returns how many there were.
 */
export async function endLeftovers(directory: string): Promise<number> {
  const names = processNames(directory)
    .filter((name) => name !== "stack")
    .sort((a, b) => stopOrder.indexOf(kindOf(a)) - stopOrder.indexOf(kindOf(b)));
  let ended = 0;
  for (const name of names) {
    const pid = readProcess(directory, name);
    if (pid !== undefined) {
      say(`Ending ${name} (process ${pid}), left over from a stack that was killed.`);
      await endProcess(pid, name === "postgres" ? "SIGINT" : "SIGTERM");
      ended += 1;
    }
    removeProcess(directory, name);
  }
  return ended;
}

async function endProcess(pid: number, signal: NodeJS.Signals): Promise<void> {
  const gone = expectGone(pid);
  signalProcess(pid, signal);
  await waitUntil("it to end", gone, { timeoutMs: patienceMs }).catch(() => {});
  killGroup(pid);
  await waitUntil(`process ${pid} to go after SIGKILL`, gone, { timeoutMs: 10_000 });
}
