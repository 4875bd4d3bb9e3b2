import type { Express, Request, Response } from "express";
import { findRun } from "../../ledger/find-runs.ts";
import type { Run } from "../../ledger/run.ts";
import { formToken, signedInAs } from "../access/visitor.ts";
import { baseUrlOf } from "../base-url.ts";
import { createControlRun, runCommands } from "../control.ts";
import type { WebDependencies } from "../dependencies.ts";
import { refuseMethod } from "../operation.ts";
import { Problem } from "../problem.ts";
import { type RunView, readRunDetails, runViewSchema } from "../run-details.ts";
import { runIdOf, runNotFound } from "../run-id.ts";
import { requestParser } from "../schemas/parse.ts";
import { renderRunPage } from "../views/run-page.tsx";

/** The page of one run, and the commands to it. */
export function mountRunPages(app: Express, deps: WebDependencies): void {
  const { config, db, enqueue } = deps;
  const parseView = requestParser("query", runViewSchema);
  const controlRun = createControlRun(db, enqueue);

  const render = async (
    req: Request,
    res: Response,
    run: Run,
    { view = {}, notice = null }: { readonly view?: RunView; readonly notice?: string | null },
  ): Promise<string> => {
    const nowMs = Date.now();
    return renderRunPage({
      run,
      details: await readRunDetails(deps, run, view, nowMs),
      nowMs,
      baseUrl: baseUrlOf(req, `${config.http.host}:${config.http.port}`),
      csrfToken: formToken(req, res),
      signedIn: signedInAs(res),
      notice,
    });
  };
  const getRun = async (runId: string): Promise<Run> => {
    const run = await findRun(db, runId);
    if (run === null) throw runNotFound();
    return run;
  };

  app
    .route("/runs/:id")
    .get(async (req, res) => {
      const run = await getRun(runIdOf(req));
      const page = await render(req, res, run, { view: parseView(req.query) });
      res.set("Cache-Control", "no-cache").send(page);
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
          const page = await render(req, res, await getRun(runId), { notice: error.message });
          res.status(error.status).send(page);
        }
      })
      .all(refuseMethod(["post"]));
  }
}
