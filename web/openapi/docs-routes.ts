import type { Express } from "express";
import { signedInAs } from "../access/visitor.ts";
import type { WebDependencies } from "../dependencies.ts";
import { baseUrlOf } from "../http/base-url.ts";
import { type Operation, refuseMethod } from "../http/operation.ts";
import { renderDocsPage } from "./docs-page.tsx";

/** The API's reference for people. */
export function mountDocsPage(
  app: Express,
  { config }: WebDependencies,
  operations: readonly Operation[],
): void {
  app
    .route("/api/docs")
    .get((req, res) => {
      const baseUrl = baseUrlOf(req, `${config.http.host}:${config.http.port}`);
      res
        .set("Cache-Control", "no-cache")
        .send(renderDocsPage({ operations, baseUrl, signedIn: signedInAs(res) }));
    })
    .all(refuseMethod(["get"]));
}
