import type { Express, Request, Response } from "express";
import Type, { type Static } from "typebox";
import { countRunsByType } from "../../ledger/runs/count-runs-by-type.ts";
import { isRelated } from "../../records/record-type.ts";
import { newestOf } from "../../records/record-types.ts";
import { formToken, signedInAs } from "../access/visitor.ts";
import type { WebDependencies } from "../dependencies.ts";
import { baseUrlOf } from "../http/base-url.ts";
import { refuseMethod } from "../http/operation.ts";
import { requestParser } from "../http/parse.ts";
import { Problem } from "../http/problem.ts";
import { readNumber } from "../new-run/options/option-text.ts";
import { typeDashboardUrl } from "../runs/dashboard-url.ts";
import { typeNamePattern } from "../runs/request/request-schema.ts";
import { labelsOf } from "./labels-of.ts";
import { createPreviewType } from "./preview-type.ts";
import { readTypeDrafts } from "./register/type-drafts.ts";
import { createRemoveType } from "./remove-type.ts";
import { createTypeCatalogue } from "./type-catalogue.ts";
import { typeNameOf } from "./type-name.ts";
import { renderTypePage } from "./type-page.tsx";
import { renderTypesPage } from "./types-page.tsx";

const defaultSeed = 42;

const nameList = Type.String({ pattern: `^${typeNamePattern}(,${typeNamePattern}){0,99}$` });
const listQuery = Type.Object({ deleted: Type.Optional(nameList), registered: Type.Optional(nameList) });
const typeQuery = Type.Object({
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  /** What has just been done. */
  done: Type.Optional(Type.Enum(["registered", "unchanged"])),
});

/** The types of records: all of them, one of them, and what deletes it. */
export function mountTypePages(app: Express, deps: WebDependencies): void {
  const { config, db, types } = deps;
  const { superset } = config.links;
  const parseList = requestParser("query", listQuery);
  const parseType = requestParser("query", typeQuery);
  const catalogue = createTypeCatalogue(deps);
  const removeType = createRemoveType(deps.registry);
  const previewType = createPreviewType(newestOf(types));
  const shipped = new Set(readTypeDrafts().map(({ shippedAs }) => shippedAs));

  /** Null of one whose definition this version of the product cannot read any more. */
  const countFields = async (name: string, version: number): Promise<number | null> =>
    (await types.find(name, version).catch(() => null))?.type.fields.length ?? null;

  const render = async (
    req: Request,
    res: Response,
    {
      seed = defaultSeed,
      done,
      refusal = null,
    }: Static<typeof typeQuery> & { readonly refusal?: string | null },
  ): Promise<string> => {
    const { name, version } = typeNameOf(req);
    const type = await catalogue.get(name, version);
    const served = await types.find(name, type.version);
    if (served === null) throw new Error(`${name}@${type.version} is listed and cannot be found`);
    return renderTypePage({
      type,
      isRelated: isRelated(served.type.relations),
      labels: labelsOf(served.type),
      seed,
      preview: await previewType(served.type, seed),
      // What goes to Kafka only has none.
      dashboard: superset === null || type.table === null ? null : typeDashboardUrl(superset, name),
      baseUrl: baseUrlOf(req, `${config.http.host}:${config.http.port}`),
      user: config.http.access.credentials?.user ?? null,
      csrfToken: formToken(req, res),
      signedIn: signedInAs(res),
      done,
      refusal,
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
          isFirst: list.every(({ name, isBuiltIn }) => isBuiltIn || shipped.has(name)),
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
      const query = Object.entries(req.query).map(([name, value]) =>
        name === "seed" && typeof value === "string" ? [name, readNumber(value.trim(), true)] : [name, value],
      );
      res
        .set("Cache-Control", "no-cache")
        .send(
          await render(req, res, parseType(Object.fromEntries(query.filter(([, value]) => value !== "")))),
        );
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
        res.status(error.status).send(await render(req, res, { refusal: error.message }));
      }
    })
    .all(refuseMethod(["post"]));
}
