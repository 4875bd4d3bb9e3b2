import type { Express, Request, Response } from "express";
import Type from "typebox";
import { findRun, listRuns } from "../../ledger/find-runs.ts";
import type { Run } from "../../ledger/run.ts";
import { formToken, signedInAs } from "../access/visitor.ts";
import { baseUrlOf } from "../base-url.ts";
import { runJobPath } from "../bull-board-url.ts";
import { createControlRun, runCommands } from "../control.ts";
import { runDashboardUrl } from "../dashboard-url.ts";
import type { WebDependencies } from "../dependencies.ts";
import { refuseMethod } from "../operation.ts";
import { Problem } from "../problem.ts";
import { runIdOf, runNotFound } from "../run-id.ts";
import { requestParser } from "../schemas/parse.ts";
import { runStatusSchema } from "../schemas/run.ts";
import { renderRunPage } from "../views/run-page.tsx";
import { renderRunsPage } from "../views/runs-page.tsx";

const runsPerPage = 25;

const listQuery = Type.Object({
  before: Type.Optional(Type.String({ format: "uuid" })),
  status: Type.Optional(runStatusSchema),
});

/** The pages of runs: the list, one run, and the commands to it. */
export function mountRunPages(app: Express, { config, db, enqueue }: WebDependencies): void {
  const parseQuery = requestParser("query", listQuery);
  const controlRun = createControlRun(db, enqueue);

  const render = (req: Request, res: Response, run: Run, notice: string | null): string =>
    renderRunPage({
      run,
      nowMs: Date.now(),
      baseUrl: baseUrlOf(req, `${config.http.host}:${config.http.port}`),
      jobUrl: runJobPath(run.id),
      dashboardUrl: config.links.superset === null ? null : runDashboardUrl(config.links.superset, run),
      csrfToken: formToken(req, res),
      signedIn: signedInAs(res),
      notice,
    });
  const getRun = async (runId: string): Promise<Run> => {
    const run = await findRun(db, runId);
    if (run === null) throw runNotFound();
    return run;
  };

  app
    .route("/runs")
    .get(async (req, res) => {
      const { before = null, status = null } = parseQuery(req.query);
      const page = await listRuns(db, { limit: runsPerPage, before, status });
      res.set("Cache-Control", "no-cache");
      res.send(
        renderRunsPage({
          page,
          status,
          isFirst: before === null,
          nowMs: Date.now(),
          signedIn: signedInAs(res),
        }),
      );
    })
    .all(refuseMethod(["get"]));

  app
    .route("/runs/:id")
    .get(async (req, res) => {
      const run = await getRun(runIdOf(req));
      res.set("Cache-Control", "no-cache").send(render(req, res, run, null));
    })
    .all(refuseMethod(["get"]));

  for (const command of runCommands) {
    app
      .route(`/runs/:id/${command}`)
      .post(async (req, res) => {
        const runId = runIdOf(req);
        try {
          await controlRun(runId, command);
          res.redirect(303, `/runs/${runId}`);
        } catch (error) {
          // The run moved on while its page was read: show where it is now.
          if (!(error instanceof Problem && error.kind === "run-state")) throw error;
          res.status(error.status).send(render(req, res, await getRun(runId), error.message));
        }
      })
      .all(refuseMethod(["post"]));
  }
}
