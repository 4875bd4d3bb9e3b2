import type { Express } from "express";
import Type from "typebox";
import { cancelRuns } from "../../../ledger/runs/cancel-runs.ts";
import { findRun } from "../../../ledger/runs/find-runs.ts";
import { countRuns, listRuns } from "../../../ledger/runs/list-runs.ts";
import { isRunId } from "../../../ledger/runs/run.ts";
import { formToken, signedInAs } from "../../access/visitor.ts";
import type { WebDependencies } from "../../dependencies.ts";
import { refuseMethod } from "../../http/operation.ts";
import { requestParser } from "../../http/parse.ts";
import { invalidRequest } from "../../http/problem.ts";
import { renderCancelRunsPage } from "./cancel-runs-page.tsx";
import { listingUrl, runFilterOf, runListProperties, runOrderOf } from "./run-listing.ts";
import { renderRunsPage } from "./runs-page.tsx";

const runsPerPage = 25;
/** Further ones are not counted: a person reads "or more". */
const mostCounted = 10_000;

const amount = Type.Integer({ minimum: 0, maximum: 1_000 });
const listQuery = Type.Object({
  ...runListProperties,
  cancelled: Type.Optional(amount),
  ended: Type.Optional(amount),
});

/** The list of runs, and cancelling those that are ticked in it, after a confirmation. */
export function mountRunListPages(app: Express, { db }: WebDependencies): void {
  const parseQuery = requestParser("query", listQuery);

  app
    .route("/runs")
    .get(async (req, res) => {
      const { cancelled, ended, ...listing } = parseQuery(withoutEmpty(req.query));
      const filter = runFilterOf(listing);
      const order = runOrderOf(listing);
      const [page, counted] = await Promise.all([
        listRuns(db, { ...filter, order, limit: runsPerPage, before: listing.before ?? null }),
        countRuns(db, filter, mostCounted + 1),
      ]);
      res.set("Cache-Control", "no-cache").send(
        renderRunsPage({
          page,
          found: { count: Math.min(counted, mostCounted), orMore: counted > mostCounted },
          listing,
          nowMs: Date.now(),
          signedIn: signedInAs(res),
          notice: cancelled === undefined ? null : cancelNotice(cancelled, ended ?? 0),
        }),
      );
    })
    .all(refuseMethod(["get"]));

  app
    .route("/runs/cancel")
    .get(async (req, res) => {
      const { cancelled, ended, ...listing } = parseQuery(withoutEmpty(withoutIds(req.query)));
      const found = await Promise.all(idsOf(req.query.id).map((id) => findRun(db, id)));
      const runs = found.filter((run) => run !== null);
      res
        .status(runs.length === 0 ? 400 : 200)
        .set("Cache-Control", "no-store")
        .send(
          renderCancelRunsPage({
            runs,
            listing,
            csrfToken: formToken(req, res),
            signedIn: signedInAs(res),
          }),
        );
    })
    .post(async (req, res) => {
      const form: Record<string, unknown> = req.body ?? {};
      const ids = idsOf(form.id);
      if (ids.length === 0) throw invalidRequest([{ field: "id", message: "must name at least one run" }]);
      const outcome = await cancelRuns(db, ids, { dryRun: false });
      const { status, q, type, dataset, sort } = form;
      const listing = parseQuery(withoutEmpty({ status, q, type, dataset, sort }));
      const url = listingUrl("/runs", listing);
      const counts = `cancelled=${outcome.cancelled.length}&ended=${outcome.ended.length}`;
      res.redirect(303, `${url}${url.includes("?") ? "&" : "?"}${counts}`);
    })
    .all(refuseMethod(["get", "post"]));
}

/** A form sends what is left empty too. */
const withoutEmpty = (query: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== "" && value !== undefined));

const withoutIds = (query: object): Record<string, unknown> => ({ ...query, id: undefined });

/** @throws Problem where one of them is no id */
function idsOf(value: unknown): string[] {
  const texts = [value].flat().filter((text): text is string => typeof text === "string");
  const ids = [...new Set(texts.map((text) => text.toLowerCase()))];
  if (!ids.every(isRunId)) throw invalidRequest([{ field: "id", message: "must be the id of a run" }]);
  return ids;
}

function cancelNotice(cancelled: number, ended: number): string {
  const runs = (count: number): string => (count === 1 ? "1 run" : `${count} runs`);
  const late = ended === 0 ? "" : ` ${runs(ended)} had come to an end before.`;
  return `${cancelled === 1 ? "1 run is" : `${cancelled} runs are`} cancelled.${late}`;
}
