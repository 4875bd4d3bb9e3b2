import type { RunCommand } from "../../../ledger/runs/control-run.ts";
import type { WebDependencies } from "../../dependencies.ts";
import type { Endpoint, Operation } from "../../http/operation.ts";
import { requestParser } from "../../http/parse.ts";
import { runJson, runParams, runSchema } from "../request/run-schema.ts";
import { runIdOf } from "../run-id.ts";
import { createChangePace } from "./change-pace.ts";
import { createControlRun, runCommands } from "./control.ts";
import { runChangeSchema } from "./run-change-schema.ts";

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
export function runControlEndpoints({ db, enqueue, changeRunPace }: WebDependencies): Endpoint[] {
  const controlRun = createControlRun(db, enqueue);
  const changePace = createChangePace(changeRunPace);
  const parseBody = requestParser("body", runChangeSchema);
  return [
    {
      operation: changeOperation,
      handle: async (req, res) => {
        const runId = runIdOf(req);
        res.json(runJson(await changePace(runId, parseBody(req.body))));
      },
    },
    ...runCommands.map(
      (command): Endpoint => ({
        operation: controlOperation(command),
        handle: async (req, res) => {
          res.json(runJson(await controlRun(runIdOf(req), command)));
        },
      }),
    ),
  ];
}

const changeOperation: Operation = {
  id: "changeRun",
  method: "patch",
  path: "/api/runs/:id",
  tag: "Runs",
  summary: "Change a run's rate",
  description:
    "Takes effect within a second. A `shape` begins anew; without one the run's own goes on where it is. The rate null " +
    "makes a run with a count go as fast as can be. That of a time series in real time cannot be changed.",
  params: runParams,
  body: runChangeSchema,
  bodyExample: { rate: 500 },
  responses: {
    200: { description: "The run, as it is now", content: { "application/json": runSchema } },
  },
  problems: [
    "invalid-request",
    "malformed-body",
    "cross-site",
    "not-found",
    "run-state",
    "too-large",
    "unsupported-media-type",
    "unavailable",
  ],
};

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
