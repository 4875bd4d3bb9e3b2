import type { ChangeRunPace, PaceChange } from "../../../ledger/runs/change-run-pace.ts";
import { findShapeFaults } from "../../../ledger/runs/pace-request.ts";
import type { Run } from "../../../ledger/runs/run.ts";
import { invalidRequest, Problem } from "../../http/problem.ts";
import { runNotFound } from "../run-id.ts";

export type ChangePace = (runId: string, change: PaceChange) => Promise<Run>;

const whyRateIsNeeded = {
  endless: "must be a number: the run has no end, without a rate it would fill the disk",
  shape: "is required where there is a shape: the shape is how it varies",
} as const;

/** Changes a run's rate or its shape. @throws Problem where the run has ended, or would have no rate that it needs */
export function createChangePace(changeRunPace: ChangeRunPace): ChangePace {
  return async (runId, change) => {
    const faults = findShapeFaults(change.shape);
    if (faults.length > 0) throw invalidRequest(faults);
    const changed = await changeRunPace(runId, change);
    if (changed.kind === "not_found") throw runNotFound();
    if (changed.kind === "rate_needed") {
      throw invalidRequest([{ field: "rate", message: whyRateIsNeeded[changed.by] }]);
    }
    if (changed.kind === "unfit") throw invalidRequest(changed.faults);
    if (changed.kind === "realtime") {
      throw invalidRequest([
        { field: "rate", message: "cannot be changed: the run's readings are sent when their instants come" },
      ]);
    }
    if (changed.kind === "refused") {
      const { status } = changed.run;
      const detail = `The run is ${status}, its rate cannot be changed any more.`;
      throw new Problem("run-state", detail, { extensions: { runStatus: status } });
    }
    return changed.run;
  };
}
