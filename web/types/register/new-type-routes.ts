import type { Express, Request, Response } from "express";
import Type from "typebox";
import { newestOf } from "../../../records/record-types.ts";
import { formToken, signedInAs } from "../../access/visitor.ts";
import { prefersHtml } from "../../access/wants-page.ts";
import type { WebDependencies } from "../../dependencies.ts";
import { baseUrlOf } from "../../http/base-url.ts";
import { refuseMethod } from "../../http/operation.ts";
import { requestParser } from "../../http/parse.ts";
import { Problem } from "../../http/problem.ts";
import { typeNamePattern } from "../../runs/request/request-schema.ts";
import { createPreviewType } from "../preview-type.ts";
import { createTypeCatalogue } from "../type-catalogue.ts";
import { type JudgedDefinitions, judgeDefinitions } from "./judge-definitions.ts";
import { renderNewTypePage } from "./new-type-page.tsx";
import { readTypeDrafts } from "./type-drafts.ts";

const startQuery = Type.Object({
  example: Type.Optional(Type.String({ maxLength: 100 })),
  type: Type.Optional(Type.String({ pattern: `^${typeNamePattern}$` })),
});

/** The form that registers types, and what it shows of them while they are typed. */
export function mountNewTypePage(app: Express, deps: WebDependencies): void {
  const { config, registry } = deps;
  const parseStart = requestParser("query", startQuery);
  const catalogue = createTypeCatalogue(deps);
  const drafts = readTypeDrafts();
  const previewType = createPreviewType(newestOf(deps.types));
  const judge = (text: string, isDryRun: boolean): Promise<JudgedDefinitions> =>
    judgeDefinitions({ registry, previewType }, { text, isDryRun });

  const send = (req: Request, res: Response, judged: JudgedDefinitions, wasRefused = false): void => {
    res.set("Cache-Control", "no-store").send(
      renderNewTypePage({
        judged,
        wasRefused,
        drafts,
        baseUrl: baseUrlOf(req, `${config.http.host}:${config.http.port}`),
        user: config.http.access.credentials?.user ?? null,
        csrfToken: formToken(req, res),
        signedIn: signedInAs(res),
      }),
    );
  };

  async function startingText(query: unknown): Promise<string> {
    const { example, type } = parseStart(query);
    if (type !== undefined) return (await catalogue.get(type, null)).definition ?? "";
    if (example === undefined) return "";
    const draft = drafts.find(({ id }) => id === example);
    if (draft === undefined) throw new Problem("not-found", "There is no such example.");
    return draft.text;
  }

  app
    .route("/new-type")
    .get(async (req, res) => send(req, res, await judge(await startingText(req.query), true)))
    .post(async (req, res) => {
      const judged = await judge(definitionIn(req), false);
      const problem =
        judged.problem ??
        (judged.types.length > 0 ? null : new Problem("invalid-definition", "There is no definition yet."));
      if (problem === null) return res.redirect(303, pageOf(judged));
      // A program gets problem details, a person the form with what was typed.
      if (!prefersHtml(req)) throw problem;
      res.status(problem.status).set(problem.headers);
      send(req, res, { ...judged, problem }, true);
    })
    .all(refuseMethod(["get", "post"]));

  app
    .route("/new-type/preview")
    .post(async (req, res) => send(req, res, await judge(definitionIn(req), true)))
    .all(refuseMethod(["post"]));
}

/** What was typed: a form sends each line break as two characters. */
function definitionIn(req: Request): string {
  const body: { readonly definition?: unknown } = req.body ?? {};
  return typeof body.definition === "string" ? body.definition.replaceAll("\r\n", "\n") : "";
}

function pageOf({ types }: JudgedDefinitions): string {
  const [first, ...others] = types;
  if (first === undefined || others.length > 0)
    return `/types?registered=${types.map(({ name }) => name).join(",")}`;
  return `/types/${first.name}?done=${first.isUnchanged === true ? "unchanged" : "registered"}`;
}
