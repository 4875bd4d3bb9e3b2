import type { Queryable } from "../../ledger/database/database.ts";
import { controlDataset } from "../../ledger/datasets/control-dataset.ts";
import { type Dataset, statusOf } from "../../ledger/datasets/dataset.ts";
import type { RunCommand } from "../../ledger/runs/control-run.ts";
import { Problem } from "../http/problem.ts";
import { pastParticiple } from "../runs/control/control.ts";
import type { Enqueue } from "../runs/request/enqueue.ts";
import { datasetNotFound } from "./dataset-id.ts";

export type ControlDataset = (id: string, command: RunCommand) => Promise<Dataset>;

/** Carries a command out, and gives resumed runs their jobs again. @throws Problem where the runs' statuses forbid it */
export function createControlDataset(db: Queryable, enqueue: Enqueue): ControlDataset {
  return async (id, command) => {
    const controlled = await controlDataset(db, id, command);
    if (controlled.kind === "not_found") throw datasetNotFound();
    const { dataset } = controlled;
    if (controlled.kind === "refused") {
      const status = statusOf(dataset.runs);
      const detail = `The dataset is ${status}, and none of its runs can be ${pastParticiple[command]}.`;
      throw new Problem("run-state", detail, { extensions: { datasetStatus: status } });
    }
    if (command === "resume") await Promise.all(controlled.changed.map(enqueue));
    return dataset;
  };
}
