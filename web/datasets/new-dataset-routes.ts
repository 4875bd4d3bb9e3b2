import { randomUUID } from "node:crypto";
import type { Express, Request, Response } from "express";
import { formToken, signedInAs } from "../access/visitor.ts";
import { prefersHtml } from "../access/wants-page.ts";
import type { WebDependencies } from "../dependencies.ts";
import { baseUrlOf } from "../http/base-url.ts";
import { refuseMethod } from "../http/operation.ts";
import { Problem } from "../http/problem.ts";
import { firstText, type InputTexts } from "../new-run/options/option-inputs.ts";
import { readTexts } from "../new-run/run-form.ts";
import { submissionKey } from "../new-run/submission-key.ts";
import { createTypeChoices } from "../new-run/type-choices.ts";
import { curlCommand } from "../page/curl.ts";
import { drawSeed } from "../runs/request/record-options.ts";
import { createTypeCatalogue } from "../types/type-catalogue.ts";
import { datasetRequest, typesOf } from "./dataset-form.ts";
import { type NewDatasetPageProps, renderNewDatasetPage } from "./new-dataset-page.tsx";
import { createParseDatasetRequest } from "./parse-dataset-request.ts";
import { createSettleDataset } from "./settle-dataset.ts";
import { createSubmitDataset } from "./submit-dataset.ts";

/** The form that starts a dataset. */
export function mountNewDatasetPage(app: Express, deps: WebDependencies): void {
  const { config, types } = deps;
  const parseBody = createParseDatasetRequest();
  const settle = createSettleDataset(config.limits);
  const submit = createSubmitDataset({ ...deps, limits: config.limits });
  const listChoices = createTypeChoices(createTypeCatalogue(deps));

  /** What a dataset would have, or what is wrong with what is asked for. */
  async function judge(texts: InputTexts): Promise<Pick<NewDatasetPageProps, "planned" | "errors">> {
    if (typesOf(texts).length === 0) return { planned: null, errors: [] };
    try {
      const { planned } = await settle(parseBody(datasetRequest(texts)), types);
      return { planned, errors: [] };
    } catch (error) {
      if (!(error instanceof Problem && error.kind === "invalid-request")) throw error;
      return { planned: null, errors: error.errors };
    }
  }

  async function send(req: Request, res: Response, texts: InputTexts, refused?: Problem): Promise<void> {
    const judged = await judge(texts);
    const { planned } = judged;
    const body = datasetRequest(texts);
    // Of what is wrong with no input: too many records are waiting.
    const other = refused === undefined || refused.errors.length > 0 ? [] : [refused];
    const page = renderNewDatasetPage({
      texts,
      typeChoices: await listChoices(),
      planned,
      errors: [...judged.errors, ...other.map(({ message }) => ({ field: "types", message }))],
      wasRefused: refused !== undefined,
      formKey: firstText(texts, "formKey") || randomUUID(),
      curl:
        planned === null
          ? null
          : curlCommand({
              method: "post",
              url: `${baseUrlOf(req, `${config.http.host}:${config.http.port}`)}/api/datasets`,
              body,
              user: config.http.access.credentials?.user ?? null,
            }),
      csrfToken: formToken(req, res),
      signedIn: signedInAs(res),
    });
    // A form that is taken from a cache would bring its old key along.
    res.set("Cache-Control", "no-store").send(page);
  }

  app
    .route("/new-dataset")
    .get(async (req, res) => {
      const texts = new Map(readTexts(req.query));
      texts.delete("formKey");
      // Counts are those of a seed.
      if (firstText(texts, "seed") === "") texts.set("seed", [String(drawSeed())]);
      await send(req, res, texts);
    })
    .post(async (req, res) => {
      const texts = readTexts(req.body);
      const formKey = firstText(texts, "formKey");
      try {
        const request = parseBody(datasetRequest(texts));
        const dataset = await submit(request, formKey === "" ? null : submissionKey(formKey, request));
        res.redirect(303, `/datasets/${dataset.id}`);
      } catch (error) {
        // A program gets problem details, a person the form with what was typed.
        if (!(error instanceof Problem) || error.status >= 500 || !prefersHtml(req)) throw error;
        res.status(error.status).set(error.headers);
        await send(req, res, texts, error);
      }
    })
    .all(refuseMethod(["get", "post"]));
}
