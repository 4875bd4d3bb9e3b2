import type { Express, Request, Response } from "express";
import type { Dataset } from "../../ledger/datasets/dataset.ts";
import { findDataset, listDatasets } from "../../ledger/datasets/find-datasets.ts";
import { formToken, signedInAs } from "../access/visitor.ts";
import type { WebDependencies } from "../dependencies.ts";
import { baseUrlOf } from "../http/base-url.ts";
import { refuseMethod } from "../http/operation.ts";
import { requestParser } from "../http/parse.ts";
import { Problem } from "../http/problem.ts";
import { runCommands } from "../runs/control/control.ts";
import { createControlDataset } from "./control-dataset.ts";
import type { Audited } from "./dataset-audit.tsx";
import { datasetIdOf, datasetNotFound } from "./dataset-id.ts";
import { renderDatasetPage } from "./dataset-page.tsx";
import { listQuery } from "./dataset-schema.ts";
import { renderDatasetsPage } from "./datasets-page.tsx";

/** The list of datasets, the page of one, and the commands to it. */
export function mountDatasetPages(app: Express, deps: WebDependencies): void {
  const { config, db, enqueue, auditDataset } = deps;
  const parseQuery = requestParser("query", listQuery);
  const controlDataset = createControlDataset(db, enqueue);

  const getDataset = async (req: Request): Promise<Dataset> => {
    const dataset = await findDataset(db, datasetIdOf(req));
    if (dataset === null) throw datasetNotFound();
    return dataset;
  };
  const render = (
    req: Request,
    res: Response,
    dataset: Dataset,
    {
      notice = null,
      audited = { kind: "not asked for" },
    }: { notice?: string | null; audited?: Audited } = {},
  ): string =>
    renderDatasetPage({
      dataset,
      nowMs: Date.now(),
      baseUrl: baseUrlOf(req, `${config.http.host}:${config.http.port}`),
      user: config.http.access.credentials?.user ?? null,
      csrfToken: formToken(req, res),
      signedIn: signedInAs(res),
      notice,
      audited,
    });

  app
    .route("/datasets")
    .get(async (req, res) => {
      const { limit = 20, before = null } = parseQuery(req.query);
      const page = await listDatasets(db, { limit, before });
      res
        .set("Cache-Control", "no-cache")
        .send(renderDatasetsPage({ page, isFirst: before === null, signedIn: signedInAs(res) }));
    })
    .all(refuseMethod(["get"]));

  app
    .route("/datasets/:id")
    .get(async (req, res) => {
      res.set("Cache-Control", "no-cache").send(render(req, res, await getDataset(req)));
    })
    .all(refuseMethod(["get"]));

  app
    .route("/datasets/:id/audit")
    .get(async (req, res) => {
      const dataset = await getDataset(req);
      try {
        const checks = await auditDataset(dataset);
        res.send(render(req, res, dataset, { audited: { kind: "compared", checks } }));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const audited = { kind: "refused", reason: error.message } as const;
        res
          .status(error.status)
          .set(error.headers)
          .send(render(req, res, dataset, { audited }));
      }
    })
    .all(refuseMethod(["get"]));

  for (const command of runCommands) {
    app
      .route(`/datasets/:id/${command}`)
      .post(async (req, res) => {
        try {
          await controlDataset(datasetIdOf(req), command);
          res.redirect(303, `/datasets/${datasetIdOf(req)}`);
        } catch (error) {
          // The dataset moved on while its page was read: shows where it is now.
          if (!(error instanceof Problem && error.kind === "run-state")) throw error;
          res.status(error.status).send(render(req, res, await getDataset(req), { notice: error.message }));
        }
      })
      .all(refuseMethod(["post"]));
  }
}
