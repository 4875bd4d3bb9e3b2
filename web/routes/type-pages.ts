import type { Express, Request, Response } from "express";
import Type from "typebox";
import { countRunsByType } from "../../ledger/count-runs-by-type.ts";
import { formToken, signedInAs } from "../access/visitor.ts";
import { baseUrlOf } from "../base-url.ts";
import type { WebDependencies } from "../dependencies.ts";
import { refuseMethod } from "../operation.ts";
import { readNumber } from "../options/option-text.ts";
import { createPreviewType } from "../preview-type.ts";
import { Problem } from "../problem.ts";
import { createRemoveType } from "../remove-type.ts";
import { requestParser } from "../schemas/parse.ts";
import { createTypeCatalogue } from "../type-catalogue.ts";
import { typeNameOf, typeNamePattern } from "../type-name.ts";
import { renderTypePage } from "../views/types/type-page.tsx";
import { renderTypesPage } from "../views/types/types-page.tsx";

const defaultSeed = 42;

const nameList = Type.String({ pattern: `^${typeNamePattern}(,${typeNamePattern}){0,99}$` });
const listQuery = Type.Object({ deleted: Type.Optional(nameList), registered: Type.Optional(nameList) });
const typeQuery = Type.Object({
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
});

/** The types of records: all of them, one of them, and what deletes it. */
export function mountTypePages(app: Express, deps: WebDependencies): void {
  const { config, db, recordType, types } = deps;
  const parseList = requestParser("query", listQuery);
  const parseType = requestParser("query", typeQuery);
  const catalogue = createTypeCatalogue(deps);
  const removeType = createRemoveType(deps.registry);
  const previewType = createPreviewType(recordType);

  /** Null of one whose definition this version of the product cannot read any more. */
  const countFields = async (name: string, version: number): Promise<number | null> =>
    (await types.find(name, version).catch(() => null))?.type.fields.length ?? null;

  const render = async (req: Request, res: Response, seed: number, notice: string | null) => {
    const { name, version } = typeNameOf(req);
    const type = await catalogue.get(name, version);
    const served = await types.find(name, type.version);
    if (served === null) throw new Error(`${name}@${type.version} is listed and cannot be found`);
    return renderTypePage({
      type,
      labels:
        name === recordType.name
          ? new Map(recordType.fields.map((each) => [each.name, each.label]))
          : new Map(),
      seed,
      preview: previewType(served.type, seed),
      baseUrl: baseUrlOf(req, `${config.http.host}:${config.http.port}`),
      user: config.http.access.credentials?.user ?? null,
      csrfToken: formToken(req, res),
      signedIn: signedInAs(res),
      notice,
    });
  };

  app
    .route("/types")
    .get(async (req, res) => {
      const { deleted, registered } = parseList(req.query);
      const [list, counted] = await Promise.all([catalogue.list(), countRunsByType(db)]);
      const runs = new Map(counted.map((each) => [each.name, each]));
      const lines = [];
      for (const type of list) {
        const fields = await countFields(type.name, type.version);
        const { runs: runCount = 0, records = 0 } = runs.get(type.name) ?? {};
        lines.push({ ...type, fields, runs: runCount, records });
      }
      res.set("Cache-Control", "no-cache").send(
        renderTypesPage({
          types: lines,
          deleted: deleted?.split(",") ?? [],
          registered: registered?.split(",") ?? [],
          signedIn: signedInAs(res),
        }),
      );
    })
    .all(refuseMethod(["get"]));

  app
    .route("/types/:name")
    .get(async (req, res) => {
      const { seed } = req.query;
      const typed =
        typeof seed === "string" && seed.trim() !== "" ? { seed: readNumber(seed.trim(), true) } : {};
      const query = parseType(typed);
      res.set("Cache-Control", "no-cache").send(await render(req, res, query.seed ?? defaultSeed, null));
    })
    .all(refuseMethod(["get"]));

  app
    .route("/types/:name/delete")
    .post(async (req, res) => {
      const { name } = typeNameOf(req);
      try {
        await removeType(name);
        res.redirect(303, `/types?deleted=${name}`);
      } catch (error) {
        if (!(error instanceof Problem && error.kind === "type-in-use")) throw error;
        res.status(error.status).send(await render(req, res, defaultSeed, error.message));
      }
    })
    .all(refuseMethod(["post"]));
}
