import { randomUUID } from "node:crypto";
import type { Express, Request, Response } from "express";
import { isRelated, type RecordTable, type RecordType } from "../../records/record-type.ts";
import { builtInType } from "../../types/built-in.ts";
import { formToken, signedInAs } from "../access/visitor.ts";
import { prefersHtml } from "../access/wants-page.ts";
import type { WebDependencies } from "../dependencies.ts";
import { baseUrlOf } from "../http/base-url.ts";
import { refuseMethod } from "../http/operation.ts";
import { invalidRequest } from "../http/problem.ts";
import { findType } from "../runs/request/read-request.ts";
import { drawSeed } from "../runs/request/record-options.ts";
import { refuseRelated } from "../runs/request/related-types.ts";
import { createSubmitRun } from "../runs/request/submit-run.ts";
import { labelsOf } from "../types/labels-of.ts";
import { createTypeCatalogue } from "../types/type-catalogue.ts";
import { runCommands } from "./commands.tsx";
import { estimateRun } from "./estimate/estimate-run.ts";
import { createMeasure, type Measure } from "./estimate/measure.ts";
import { createRunForms, type JudgedForm, type RunForm } from "./judge-run-form.ts";
import { renderNewRunPage } from "./new-run-page.tsx";
import { firstText, type InputTexts } from "./options/option-inputs.ts";
import { meanBytes } from "./preview.ts";
import { drawnSeedInput, errorsByInput, readDrawnSeed, readTexts, spreadTexts } from "./run-form.ts";
import { submissionKey } from "./submission-key.ts";
import { createTypeChoices } from "./type-choices.ts";

/** Which the form begins with where the type's definition says nothing. */
const firstCount = ({ defaultCount }: RecordType): number => defaultCount ?? 1_000;

/** The form, its preview and its target. */
export function mountFormPage(app: Express, deps: WebDependencies): void {
  const { config, types } = deps;
  const submitRun = createSubmitRun({ ...deps, limits: config.limits });
  const measure = createMeasures(deps);
  const listChoices = createTypeChoices(createTypeCatalogue(deps));
  const formOf = createRunForms(config.limits);

  /** @throws Problem where there is no such type */
  const chosenType = async (texts: InputTexts): Promise<RecordType> => {
    const name = firstText(texts, "type");
    return name === "" || name === builtInType.name ? builtInType : await findType(types, name);
  };

  /** The page for a form in which these texts stand. */
  const render = async (
    req: Request,
    res: Response,
    texts: InputTexts,
    type: RecordType,
    { properties }: RunForm,
    { sent, request, messages, errors, preview }: JudgedForm,
    wasRefused = false,
  ): Promise<string> => {
    const measured = await measure(type.table);
    const baseUrl = baseUrlOf(req, `${config.http.host}:${config.http.port}`);
    const asked = {
      count: messages,
      rate: request?.rate ?? null,
      payloadBytes: preview && meanBytes(preview),
    };
    return renderNewRunPage({
      type,
      typeChoices: await listChoices(),
      form: {
        properties,
        texts,
        errors: errorsByInput(properties, errors),
        defaults: { ...type.options.defaultsOf(sent), count: firstCount(type) },
        labels: labelsOf(type),
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
      const type = await chosenType(readTexts(req.query));
      // Which runs are needed beside it, another form asks.
      if (isRelated(type.relations)) return res.redirect(303, `/new-dataset?type=${type.name}`);
      const form = formOf(type);
      const asked = spreadTexts(form.properties, readTexts(req.query));
      const texts = new Map([
        ["count", [String(firstCount(type))]],
        ["fields", type.fields.map(({ name }) => name)],
        ...asked,
        [drawnSeedInput, [String(drawSeed())]],
      ]);
      texts.delete("formKey");
      // A form that is taken from a cache would bring its old key along.
      res
        .set("Cache-Control", "no-store")
        .send(await render(req, res, texts, type, form, form.judge(texts, true)));
    })
    .all(refuseMethod(["get"]));

  app
    .route("/preview")
    .post(async (req, res) => {
      const texts = withDrawnSeed(readTexts(req.body));
      const type = await chosenType(texts);
      refuseRelated(type);
      const form = formOf(type);
      res
        .set("Cache-Control", "no-store")
        .send(await render(req, res, texts, type, form, form.judge(texts, true)));
    })
    .all(refuseMethod(["post"]));

  app
    .route("/generate")
    .post(async (req, res) => {
      const texts = readTexts(req.body);
      const formKey = firstText(texts, "formKey");
      const type = await chosenType(texts);
      refuseRelated(type);
      const form = formOf(type);
      const judged = form.judge(texts, formKey !== "");
      const { request } = judged;
      if (request === null) {
        // A program gets problem details, a person the form with what was typed.
        if (!prefersHtml(req)) throw invalidRequest(judged.errors);
        const kept = withDrawnSeed(texts);
        res
          .status(400)
          .set("Cache-Control", "no-store")
          .send(await render(req, res, kept, type, form, judged, true));
        return;
      }
      const key = formKey === "" ? null : submissionKey(formKey, request);
      const run = await submitRun({ type, request }, key);
      res.redirect(303, `/runs/${run.id}`);
    })
    .all(refuseMethod(["post"]));
}

/** Measures of the tables that have been asked for. */
function createMeasures({ db }: WebDependencies): (table: RecordTable | null) => ReturnType<Measure> {
  const measures = new Map<string, Measure>();
  return (table) => {
    const name = table?.name ?? "";
    const measure = measures.get(name) ?? createMeasure(db, table);
    measures.set(name, measure);
    return measure();
  };
}

/** A preview must be of the seed that the run will have. */
function withDrawnSeed(texts: InputTexts): InputTexts {
  const drawn = readDrawnSeed(texts) ?? drawSeed();
  return new Map([...texts, [drawnSeedInput, [String(drawn)]]]);
}
