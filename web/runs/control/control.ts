import type { Queryable } from "../../../ledger/database/database.ts";
import { controlRun, type RunCommand } from "../../../ledger/runs/control-run.ts";
import type { Run } from "../../../ledger/runs/run.ts";
import { Problem } from "../../http/problem.ts";
import type { Enqueue } from "../request/enqueue.ts";
import { runNotFound } from "../run-id.ts";

export type ControlRun = (runId: string, command: RunCommand) => Promise<Run>;

export const runCommands = ["pause", "resume", "cancel"] as const satisfies readonly RunCommand[];

export const pastParticiple: Readonly<Record<RunCommand, string>> = {
  cancel: "cancelled",
  pause: "paused",
  resume: "resumed",
};

/** Carries a command out, and gives a resumed run its job again. @throws Problem where the status forbids it */
export function createControlRun(db: Queryable, enqueue: Enqueue): ControlRun {
  return async (runId, command) => {
    const controlled = await controlRun(db, runId, command);
    if (controlled.kind === "not_found") throw runNotFound();
    const { run } = controlled;
    if (controlled.kind === "refused") {
      const detail = `The run is ${run.status} and cannot be ${pastParticiple[command]}.`;
      throw new Problem("run-state", detail, { extensions: { runStatus: run.status } });
    }
    if (command === "resume") await enqueue(run);
    return run;
  };
}
