import { createHash, randomUUID } from "node:crypto";
import type { Express, Request, Response } from "express";
import type { RecordTable, RecordType } from "../../records/record-type.ts";
import { formToken, signedInAs } from "../access/visitor.ts";
import { prefersHtml } from "../access/wants-page.ts";
import type { WebDependencies } from "../dependencies.ts";
import { baseUrlOf } from "../http/base-url.ts";
import { refuseMethod } from "../http/operation.ts";
import { invalidRequest } from "../http/problem.ts";
import { drawSeed } from "../runs/request/record-options.ts";
import { requestHash } from "../runs/request/request-hash.ts";
import { createSubmitOwnRun, createSubmitRun, unknownType } from "../runs/request/submit-run.ts";
import { createTypeCatalogue } from "../types/type-catalogue.ts";
import { runCommands } from "./commands.tsx";
import { estimateRun } from "./estimate/estimate-run.ts";
import { createMeasure, type Measure } from "./estimate/measure.ts";
import { createOwnRunForms } from "./judge-own-run-form.ts";
import { createRunFormJudge, type JudgedForm, optionDefaults } from "./judge-run-form.ts";
import { renderNewRunPage } from "./new-run-page.tsx";
import { firstText, type InputTexts } from "./options/option-inputs.ts";
import { meanBytes } from "./preview.ts";
import {
  drawnSeedInput,
  errorsByInput,
  type RequestProperties,
  readDrawnSeed,
  readTexts,
  spreadTexts,
} from "./run-form.ts";
import { createTypeChoices } from "./type-choices.ts";

/** The form as the chosen type has it. */
interface TypeForm {
  readonly type: RecordType;
  readonly properties: RequestProperties;
  readonly labels: ReadonlyMap<string, string>;
  readonly defaultCount: number;
  judge(texts: InputTexts, isOurForm: boolean): JudgedForm;
  /** What holds where a request leaves it open. */
  defaultsOf(sent: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

/** Which the form begins with where the type's definition says nothing. */
const someRecords = 1_000;

/** The form, its preview and its target. */
export function mountFormPage(app: Express, deps: WebDependencies): void {
  const { config, recordType, types } = deps;
  const submitRun = createSubmitRun({ ...deps, limits: config.limits });
  const submitOwnRun = createSubmitOwnRun({ ...deps, limits: config.limits });
  const measure = createMeasures(deps);
  const listChoices = createTypeChoices(createTypeCatalogue(deps), recordType.name);
  const builtIn: TypeForm = {
    type: recordType,
    ...createRunFormJudge(recordType, config.limits),
    labels: new Map(recordType.fields.map(({ name, label }) => [name, label])),
    defaultCount: someRecords,
    defaultsOf: (sent) => optionDefaults(recordType, sent),
  };
  const ownForm = createOwnRunForms(config.limits);

  /** @throws Problem where there is no such type */
  const formOf = async (texts: InputTexts): Promise<TypeForm> => {
    const name = firstText(texts, "type") || recordType.name;
    if (name === recordType.name) return builtIn;
    const type = (await types.findNewest(name))?.type;
    if (type === undefined) throw unknownType(name);
    return {
      type,
      ...ownForm(type),
      labels: new Map(),
      defaultCount: type.defaultCount ?? someRecords,
      defaultsOf: () => ({}),
    };
  };

  /** The page for a form in which these texts stand. */
  const render = async (
    req: Request,
    res: Response,
    texts: InputTexts,
    form: TypeForm,
    { sent, request, errors, preview }: JudgedForm,
    wasRefused = false,
  ): Promise<string> => {
    const { type, properties, labels } = form;
    const measured = await measure(type.table);
    const baseUrl = baseUrlOf(req, `${config.http.host}:${config.http.port}`);
    const asked = {
      count: request?.count ?? null,
      rate: request?.rate ?? null,
      payloadBytes: preview && meanBytes(preview),
    };
    return renderNewRunPage({
      type,
      typeChoices: await listChoices(),
      builtIn: recordType,
      form: {
        properties,
        texts,
        errors: errorsByInput(properties, errors),
        defaults: { ...form.defaultsOf(sent), count: form.defaultCount },
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
      const form = await formOf(readTexts(req.query));
      const asked = spreadTexts(form.properties, readTexts(req.query));
      const texts = new Map([
        ["count", [String(form.defaultCount)]],
        ["fields", form.type.fields.map(({ name }) => name)],
        ...asked,
        [drawnSeedInput, [String(drawSeed())]],
      ]);
      texts.delete("formKey");
      // A form that is taken from a cache would bring its old key along.
      res.set("Cache-Control", "no-store").send(await render(req, res, texts, form, form.judge(texts, true)));
    })
    .all(refuseMethod(["get"]));

  app
    .route("/preview")
    .post(async (req, res) => {
      const texts = withDrawnSeed(readTexts(req.body));
      const form = await formOf(texts);
      res.set("Cache-Control", "no-store").send(await render(req, res, texts, form, form.judge(texts, true)));
    })
    .all(refuseMethod(["post"]));

  app
    .route("/generate")
    .post(async (req, res) => {
      const texts = readTexts(req.body);
      const formKey = firstText(texts, "formKey");
      const form = await formOf(texts);
      const judged = form.judge(texts, formKey !== "");
      const { request } = judged;
      if (request === null) {
        // A program gets problem details, a person the form with what was typed.
        if (!prefersHtml(req)) throw invalidRequest(judged.errors);
        const kept = withDrawnSeed(texts);
        res
          .status(400)
          .set("Cache-Control", "no-store")
          .send(await render(req, res, kept, form, judged, true));
        return;
      }
      const key = formKey === "" ? null : submissionKey(formKey, request);
      const run = await ("type" in request ? submitOwnRun(request, key) : submitRun(request, key));
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

/** The same form sent twice is one run; sent again with other values, after going back, it is another. */
function submissionKey(formKey: string, request: object): string {
  return createHash("sha256")
    .update(`form ${formKey} ${requestHash(request)}`)
    .digest("hex");
}
