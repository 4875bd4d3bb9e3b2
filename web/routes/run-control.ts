import type { RunCommand } from "../../ledger/control-run.ts";
import { createControlRun, runCommands } from "../control.ts";
import type { WebDependencies } from "../dependencies.ts";
import type { Endpoint, Operation } from "../operation.ts";
import { runIdOf } from "../run-id.ts";
import { runJson, runParams, runSchema } from "../schemas/run.ts";

const texts: Readonly<Record<RunCommand, { readonly summary: string; readonly description: string }>> = {
  cancel: {
    summary: "Cancel a run",
    description:
      "No further chunk is begun, one that is being made is made to its end. What is stored stays. Final.",
  },
  pause: {
    summary: "Pause a run",
    description:
      "No further chunk is begun until the run is resumed; one that is being made is made to its end.",
  },
  resume: { summary: "Resume a paused run", description: "Goes on where the run was paused." },
};

/** Commands to a run, which take effect at a chunk boundary; repeating one is no error. */
export function runControlEndpoints({ db, enqueue }: WebDependencies): Endpoint[] {
  const controlRun = createControlRun(db, enqueue);
  return runCommands.map((command) => ({
    operation: controlOperation(command),
    handle: async (req, res) => {
      res.json(runJson(await controlRun(runIdOf(req), command)));
    },
  }));
}

const controlOperation = (command: RunCommand): Operation => ({
  id: `${command}Run`,
  method: "post",
  path: `/api/runs/:id/${command}`,
  tag: "Runs",
  ...texts[command],
  params: runParams,
  responses: {
    200: { description: "The run, as it is now", content: { "application/json": runSchema } },
  },
  problems: ["cross-site", "not-found", "run-state", "unavailable"],
});
