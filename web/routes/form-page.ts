import { createHash, randomUUID } from "node:crypto";
import type { Express, Request, Response } from "express";
import { formToken, signedInAs } from "../access/visitor.ts";
import { prefersHtml } from "../access/wants-page.ts";
import { baseUrlOf } from "../base-url.ts";
import type { WebDependencies } from "../dependencies.ts";
import { estimateRun } from "../estimate-run.ts";
import { createRunFormJudge, type JudgedForm, optionDefaults } from "../judge-run-form.ts";
import { createMeasure } from "../measure.ts";
import { refuseMethod } from "../operation.ts";
import { firstText, type InputTexts } from "../options/option-inputs.ts";
import { meanBytes } from "../preview.ts";
import { invalidRequest } from "../problem.ts";
import { drawSeed } from "../record-options.ts";
import { requestHash } from "../request-hash.ts";
import { drawnSeedInput, errorsByInput, readDrawnSeed, readTexts, spreadTexts } from "../run-form.ts";
import { createSubmitRun } from "../submit-run.ts";
import { runCommands } from "../views/new-run/commands.tsx";
import { renderNewRunPage } from "../views/new-run-page.tsx";

/** The form, its preview and its target. */
export function mountFormPage(app: Express, deps: WebDependencies): void {
  const { config, recordType } = deps;
  const { judge, properties } = createRunFormJudge(recordType, config.limits);
  const submitRun = createSubmitRun({ ...deps, limits: config.limits });
  const measure = createMeasure(deps.db, recordType.table);
  const labels = new Map(recordType.fields.map(({ name, label }) => [name, label]));

  /** The page for a form in which these texts stand. */
  const render = async (
    req: Request,
    res: Response,
    texts: InputTexts,
    { sent, request, errors, preview }: JudgedForm,
    wasRefused = false,
  ): Promise<string> => {
    const measured = await measure();
    const baseUrl = baseUrlOf(req, `${config.http.host}:${config.http.port}`);
    const asked = {
      count: request?.count ?? null,
      rate: request?.rate ?? null,
      payloadBytes: preview && meanBytes(preview),
    };
    return renderNewRunPage({
      recordType,
      form: {
        properties,
        texts,
        errors: errorsByInput(properties, errors),
        defaults: optionDefaults(recordType, sent),
        labels,
      },
      wasRefused,
      preview,
      estimate: measured === null ? null : estimateRun(asked, measured),
      commands:
        request === null
          ? null
          : runCommands(sent, properties, baseUrl, config.http.access.credentials?.user ?? null),
      formKey: firstText(texts, "formKey") || randomUUID(),
      drawnSeed: readDrawnSeed(texts) ?? drawSeed(),
      csrfToken: formToken(req, res),
      signedIn: signedInAs(res),
      maxCount: config.limits.maxRecordsPerRun,
    });
  };

  app
    .route("/")
    .get(async (req, res) => {
      const asked = spreadTexts(properties, readTexts(req.query));
      const texts = new Map([
        ["count", ["1000"]],
        ["fields", recordType.fields.map(({ name }) => name)],
        ...asked,
        [drawnSeedInput, [String(drawSeed())]],
      ]);
      texts.delete("formKey");
      // A form that is taken from a cache would bring its old key along.
      res.set("Cache-Control", "no-store").send(await render(req, res, texts, judge(texts, true)));
    })
    .all(refuseMethod(["get"]));

  app
    .route("/preview")
    .post(async (req, res) => {
      const texts = withDrawnSeed(readTexts(req.body));
      res.set("Cache-Control", "no-store").send(await render(req, res, texts, judge(texts, true)));
    })
    .all(refuseMethod(["post"]));

  app
    .route("/generate")
    .post(async (req, res) => {
      const texts = readTexts(req.body);
      const formKey = firstText(texts, "formKey");
      const judged = judge(texts, formKey !== "");
      if (judged.request === null) {
        // A program gets problem details, a person the form with what was typed.
        if (!prefersHtml(req)) throw invalidRequest(judged.errors);
        const kept = withDrawnSeed(texts);
        res
          .status(400)
          .set("Cache-Control", "no-store")
          .send(await render(req, res, kept, judged, true));
        return;
      }
      const key = formKey === "" ? null : submissionKey(formKey, judged.request);
      const run = await submitRun(judged.request, key);
      res.redirect(303, `/runs/${run.id}`);
    })
    .all(refuseMethod(["post"]));
}

/** A preview must be of the seed that the run will have. */
function withDrawnSeed(texts: InputTexts): InputTexts {
  const drawn = readDrawnSeed(texts) ?? drawSeed();
  return new Map([...texts, [drawnSeedInput, [String(drawn)]]]);
}

/** The same form sent twice is one run; sent again with other values, after going back, it is another. */
function submissionKey(formKey: string, request: object): string {
  return createHash("sha256")
    .update(`form ${formKey} ${requestHash(request)}`)
    .digest("hex");
}
