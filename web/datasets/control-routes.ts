import type { RunCommand } from "../../ledger/runs/control-run.ts";
import type { WebDependencies } from "../dependencies.ts";
import type { Endpoint, Operation } from "../http/operation.ts";
import { runCommands } from "../runs/control/control.ts";
import { createControlDataset } from "./control-dataset.ts";
import { datasetIdOf } from "./dataset-id.ts";
import { datasetJson, datasetParams, datasetSchema } from "./dataset-schema.ts";

const texts: Readonly<Record<RunCommand, { readonly summary: string; readonly description: string }>> = {
  cancel: {
    summary: "Cancel a dataset",
    description: "Cancels all its runs that have not ended, at once. What is stored stays. Final.",
  },
  pause: {
    summary: "Pause a dataset",
    description: "Pauses all its runs that have not ended, at once.",
  },
  resume: { summary: "Resume a paused dataset", description: "Resumes all its runs that are paused." },
};

/** Commands to all runs of a dataset; repeating one is no error. */
export function datasetControlEndpoints({ db, enqueue }: WebDependencies): Endpoint[] {
  const controlDataset = createControlDataset(db, enqueue);
  return runCommands.map((command) => ({
    operation: controlOperation(command),
    handle: async (req, res) => {
      res.json(datasetJson(await controlDataset(datasetIdOf(req), command)));
    },
  }));
}

const controlOperation = (command: RunCommand): Operation => ({
  id: `${command}Dataset`,
  method: "post",
  path: `/api/datasets/:id/${command}`,
  tag: "Datasets",
  ...texts[command],
  params: datasetParams,
  responses: {
    200: { description: "The dataset, as it is now", content: { "application/json": datasetSchema } },
  },
  problems: ["cross-site", "not-found", "run-state", "unavailable"],
});
