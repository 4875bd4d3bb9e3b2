import { endLeftovers } from "./end-leftovers.ts";
import { ExplainedError } from "./explained-error.ts";
import { signalProcess } from "./launch.ts";
import { readProcess, removeProcess } from "./pid-files.ts";
import { expectGone } from "./process-table.ts";
import { say } from "./say.ts";
import { stackDirectory } from "./settings.ts";
import { waitUntil } from "./wait-until.ts";

/** Above the sum of the times that the supervisor gives its processes. */
const timeoutMs = 180_000;

const directory = stackDirectory();
const supervisor = readProcess(directory, "stack");
if (supervisor !== undefined) {
  say(`Stopping the stack in ${directory} …`);
  // Not until its pid file is gone: that it removes before its end.
  const gone = expectGone(supervisor);
  signalProcess(supervisor, "SIGTERM");
  await waitUntil("the stack to end", gone, { timeoutMs }).catch((cause: Error) => {
    throw new ExplainedError(`The stack's supervisor (process ${supervisor}) does not end. ${cause.message}`);
  });
}
const leftovers = await endLeftovers(directory);
removeProcess(directory, "stack");
say(supervisor === undefined && leftovers === 0 ? `No stack is running in ${directory}.` : "Stopped.");
