import type { Request } from "express";
import { isRunId } from "../../ledger/runs/run.ts";
import { Problem } from "../http/problem.ts";

export const datasetNotFound = (): Problem => new Problem("not-found", "There is no dataset with this id.");

/** The dataset's id in the path, in the ledger's spelling. @throws Problem where it is none */
export function datasetIdOf(req: Request): string {
  const { id } = req.params;
  const spelled = typeof id === "string" ? id.toLowerCase() : "";
  if (!isRunId(spelled)) throw datasetNotFound();
  return spelled;
}
