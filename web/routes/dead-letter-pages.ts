import type { Express } from "express";
import Type from "typebox";
import { countDeadLetters, listDeadLetters } from "../../ledger/dead-letters.ts";
import { formToken, signedInAs } from "../access/visitor.ts";
import type { WebDependencies } from "../dependencies.ts";
import { refuseMethod } from "../operation.ts";
import { createReplayDeadLetters, noReplayFilter } from "../replay.ts";
import { reasonSchema } from "../schemas/dead-letter.ts";
import { requestParser } from "../schemas/parse.ts";
import { createSpreadMessages } from "../spread-messages.ts";
import { deadLettersUrl, renderDeadLettersPage } from "../views/dead-letters-page.tsx";

const lettersPerPage = 25;
/** One press of the button sends at most so many; it can be pressed again. */
const maxReplays = 1_000;

const filter = {
  reason: Type.Optional(reasonSchema),
  runId: Type.Optional(Type.String({ format: "uuid" })),
};
const listQuery = Type.Object({
  ...filter,
  before: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
  sent: Type.Optional(Type.Integer({ minimum: 0, maximum: maxReplays })),
  skipped: Type.Optional(Type.Integer({ minimum: 0, maximum: maxReplays })),
});

const replayForm = Type.Object({
  ...filter,
  all: Type.Optional(Type.Literal("true")),
  patch: Type.Optional(Type.Literal("true")),
});

/** The page of dead letters that are not resolved, and its buttons. */
export function mountDeadLetterPages(app: Express, { db, producer }: WebDependencies): void {
  const parseQuery = requestParser("query", listQuery);
  const parseForm = requestParser("query", replayForm);
  const replayDeadLetters = createReplayDeadLetters(db, createSpreadMessages(producer));

  app
    .route("/dead-letters")
    .get(async (req, res) => {
      const {
        reason = null,
        runId = null,
        before = null,
        sent = null,
        skipped = null,
      } = parseQuery(req.query);
      const unresolved = { ids: null, runId, resolved: false };
      const [page, counts] = await Promise.all([
        listDeadLetters(db, { ...unresolved, reason }, { limit: lettersPerPage, before }),
        countDeadLetters(db, { ...unresolved, reason: null }),
      ]);
      res.set("Cache-Control", "no-cache").send(
        renderDeadLettersPage({
          ...page,
          counts,
          filter: { reason, runId },
          isFirst: before === null,
          sent,
          skipped,
          csrfToken: formToken(req, res),
          signedIn: signedInAs(res),
        }),
      );
    })
    .all(refuseMethod(["get"]));

  app
    .route("/dead-letters/replay")
    .post(async (req, res) => {
      const { reason = null, runId = null, all, patch } = parseForm(req.body ?? {});
      if (reason === null && runId === null && all === undefined) throw noReplayFilter();
      const options = { limit: maxReplays, dryRun: false, patch: patch !== undefined };
      const { ids, skippedIds } = await replayDeadLetters({ ids: null, reason, runId }, options);
      const outcome = { sent: ids.length, ...(options.patch ? { skipped: skippedIds.length } : {}) };
      res.redirect(303, deadLettersUrl({ reason, runId }, outcome));
    })
    .all(refuseMethod(["post"]));
}
