import type { Express, Request, Response } from "express";
import { findRun } from "../../ledger/runs/find-runs.ts";
import type { Run } from "../../ledger/runs/run.ts";
import { formToken, signedInAs } from "../access/visitor.ts";
import { prefersHtml } from "../access/wants-page.ts";
import type { WebDependencies } from "../dependencies.ts";
import { baseUrlOf } from "../http/base-url.ts";
import { refuseMethod } from "../http/operation.ts";
import { requestParser } from "../http/parse.ts";
import { Problem } from "../http/problem.ts";
import { firstText } from "../new-run/options/option-inputs.ts";
import { readNumber } from "../new-run/options/option-text.ts";
import { readTexts } from "../new-run/run-form.ts";
import { createChangePace } from "./control/change-pace.ts";
import { createControlRun, runCommands } from "./control/control.ts";
import type { RateEntry } from "./control/rate-control.tsx";
import { runChangeSchema } from "./control/run-change-schema.ts";
import { type RunView, readRunDetails, runViewSchema } from "./run-details.ts";
import { runIdOf, runNotFound } from "./run-id.ts";
import { renderRunPage } from "./run-page.tsx";

interface Shown {
  readonly view?: RunView;
  readonly notice?: string | null;
  /** What was typed as another rate, and refused. */
  readonly rateEntry?: RateEntry;
}

/** The page of one run, the commands to it, and the form that changes its rate. */
export function mountRunPages(app: Express, deps: WebDependencies): void {
  const { config, db, enqueue, changeRunPace } = deps;
  const parseView = requestParser("query", runViewSchema);
  const parseChange = requestParser("body", runChangeSchema);
  const controlRun = createControlRun(db, enqueue);
  const changePace = createChangePace(changeRunPace);

  const render = async (
    req: Request,
    res: Response,
    run: Run,
    { view = {}, notice = null, rateEntry }: Shown,
  ): Promise<string> => {
    const nowMs = Date.now();
    const presentRate: RateEntry | null =
      view.edit === "rate" && run.pace !== null ? { text: String(run.pace.rate) } : null;
    return renderRunPage({
      run,
      details: await readRunDetails(deps, run, view, nowMs),
      nowMs,
      baseUrl: baseUrlOf(req, `${config.http.host}:${config.http.port}`),
      csrfToken: formToken(req, res),
      signedIn: signedInAs(res),
      notice,
      rateEntry: rateEntry ?? presentRate,
    });
  };
  /** The run moved on while its page was read: shows where it is now. @throws whatever else it is */
  const showStateProblem = async (req: Request, res: Response, error: unknown): Promise<void> => {
    if (!(error instanceof Problem && error.kind === "run-state")) throw error;
    const page = await render(req, res, await getRun(runIdOf(req)), { notice: error.message });
    res.status(error.status).send(page);
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
          await showStateProblem(req, res, error);
        }
      })
      .all(refuseMethod(["post"]));
  }

  app
    .route("/runs/:id/rate")
    .post(async (req, res) => {
      const runId = runIdOf(req);
      const text = firstText(readTexts(req.body), "rate");
      try {
        await changePace(runId, parseChange({ rate: readNumber(text, false) }));
        res.redirect(303, `/runs/${runId}?changed=rate`);
      } catch (error) {
        const isInvalid = error instanceof Problem && error.kind === "invalid-request";
        if (!isInvalid) return showStateProblem(req, res, error);
        // A program gets problem details, a person the form with what was typed.
        if (!prefersHtml(req)) throw error;
        const rateEntry = { text, error: error.errors[0]?.message };
        const page = await render(req, res, await getRun(runId), { rateEntry });
        res.status(error.status).set("Cache-Control", "no-store").send(page);
      }
    })
    .all(refuseMethod(["post"]));
}
