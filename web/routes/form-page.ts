import { createHash, randomUUID } from "node:crypto";
import type { Express, Request, Response } from "express";
import { formToken, signedInAs } from "../access/visitor.ts";
import { prefersHtml } from "../access/wants-page.ts";
import type { WebDependencies } from "../dependencies.ts";
import { refuseMethod } from "../operation.ts";
import { type FieldError, Problem } from "../problem.ts";
import { requestHash } from "../request-hash.ts";
import { type RunFormValues, readRunForm, runFormRequest } from "../run-form.ts";
import { requestParser } from "../schemas/parse.ts";
import { type RunRequest, runRequestSchema } from "../schemas/run.ts";
import { createSubmitRun } from "../submit-run.ts";
import { renderNewRunPage } from "../views/new-run-page.tsx";

/** The form and its target. */
export function mountFormPage(app: Express, deps: WebDependencies): void {
  const { config, recordType } = deps;
  const parse = requestParser("body", runRequestSchema(recordType, config.limits.maxRecordsPerRun));
  const submitRun = createSubmitRun({ ...deps, limits: config.limits });
  const allFields = recordType.fields.map((field) => field.name);

  const render = (
    req: Request,
    res: Response,
    values: RunFormValues,
    errors: readonly FieldError[],
  ): string =>
    renderNewRunPage({
      recordType,
      values,
      errors,
      formKey: randomUUID(),
      csrfToken: formToken(req, res),
      signedIn: signedInAs(res),
      maxCount: config.limits.maxRecordsPerRun,
      defaultChunkSize: config.limits.chunkSize,
    });

  app
    .route("/")
    .get((req, res) => {
      const values = readRunForm(req.query);
      const fields = values.fields.length > 0 ? values.fields : allFields;
      // A form that is taken from a cache would bring its old key along.
      res
        .set("Cache-Control", "no-store")
        .send(render(req, res, { ...values, count: values.count || "1000", fields }, []));
    })
    .all(refuseMethod(["get"]));

  app
    .route("/generate")
    .post(async (req, res) => {
      const form: Record<string, unknown> = req.body ?? {};
      const values = readRunForm(form);
      const formKey = typeof form.formKey === "string" && form.formKey !== "" ? form.formKey : null;
      const parsed = tryParse(parse, values, formKey !== null);
      if (parsed.kind === "refused") {
        // A program gets problem details, a person the form with what was typed.
        if (!prefersHtml(req)) throw parsed.problem;
        res
          .status(400)
          .set("Cache-Control", "no-store")
          .send(render(req, res, values, parsed.problem.errors));
        return;
      }
      const run = await submitRun(parsed.request, formKey === null ? null : submissionKey(formKey, values));
      res.redirect(303, `/runs/${run.id}`);
    })
    .all(refuseMethod(["post"]));
}

type ParsedForm =
  | { readonly kind: "parsed"; readonly request: RunRequest }
  | { readonly kind: "refused"; readonly problem: Problem };

/** Our form says by its silence that no field is chosen; a client that does not know it means all of them. */
function tryParse(
  parse: (value: unknown) => RunRequest,
  values: RunFormValues,
  isOurForm: boolean,
): ParsedForm {
  const request = runFormRequest(values);
  if (isOurForm && values.fields.length === 0) request.fields = [];
  try {
    return { kind: "parsed", request: parse(request) };
  } catch (error) {
    if (error instanceof Problem && error.kind === "invalid-request")
      return { kind: "refused", problem: error };
    throw error;
  }
}

/** The same form sent twice is one run; sent again with other values, after going back, it is another. */
function submissionKey(formKey: string, values: RunFormValues): string {
  return createHash("sha256")
    .update(`form ${formKey} ${requestHash(values)}`)
    .digest("hex");
}
