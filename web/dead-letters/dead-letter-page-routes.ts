import type { Express } from "express";
import Type from "typebox";
import {
  type DeadLetter,
  findDeadLetter,
  listUnresolvedLines,
  summariseDeadLetters,
} from "../../ledger/dead-letters/dead-letters.ts";
import { findRun } from "../../ledger/runs/find-runs.ts";
import { formToken, signedInAs } from "../access/visitor.ts";
import type { WebDependencies } from "../dependencies.ts";
import { refuseMethod } from "../http/operation.ts";
import { requestParser } from "../http/parse.ts";
import { Problem } from "../http/problem.ts";
import { renderDeadLetterPage } from "./dead-letter-page.tsx";
import { canBeMended } from "./dead-letter-reasons.ts";
import { reasonSchema } from "./dead-letter-schema.ts";
import { renderDeadLettersPage } from "./dead-letters-page.tsx";
import { deadLettersUrl, deadLetterUrl, replayUrl } from "./dead-letters-url.ts";
import { renderLettersOfReasonPage } from "./letters-of-reason-page.tsx";
import { createReplays, noReplayFilter } from "./replay.ts";
import { type ReplayChoice, renderReplayPage } from "./replay-page.tsx";

const lettersPerPage = 25;
/** One press of the button sends at most so many; the page goes on with older ones. */
const maxReplays = 10_000;

const id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const count = Type.Integer({ minimum: 0, maximum: maxReplays });
const filter = {
  reason: Type.Optional(reasonSchema),
  runId: Type.Optional(Type.String({ format: "uuid" })),
  before: Type.Optional(id),
};
const outcome = { sent: Type.Optional(count), skipped: Type.Optional(count) };
const listQuery = Type.Object({ ...filter, ...outcome, noneChosen: Type.Optional(Type.Literal("true")) });

const choice = {
  ...filter,
  ids: Type.Optional(Type.Array(id, { maxItems: lettersPerPage, uniqueItems: true })),
  all: Type.Optional(Type.Literal("true")),
};
const dryRunQuery = Type.Object({ ...choice, ...outcome, chosen: Type.Optional(Type.Literal("true")) });
const replayForm = Type.Object({ ...choice, patch: Type.Optional(Type.Literal("true")) });
const letterQuery = Type.Object({
  sent: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
});

/** The pages of dead letters that are not resolved, of one, and what sends them again. */
export function mountDeadLetterPages(app: Express, deps: WebDependencies): void {
  const { db, config } = deps;
  const parseList = requestParser("query", listQuery);
  const parseDryRun = requestParser("query", dryRunQuery);
  const parseForm = requestParser("query", replayForm);
  const parseLetter = requestParser("query", letterQuery);
  const { replay, predict } = createReplays(deps);

  async function findLetter(id: unknown): Promise<DeadLetter> {
    const number = typeof id === "string" && /^[1-9]\d{0,14}$/.test(id) ? Number(id) : null;
    const letter = number === null ? null : await findDeadLetter(db, number);
    if (letter === null) throw new Problem("not-found", "There is no dead letter with this id.");
    return letter;
  }

  app
    .route("/dead-letters")
    .get(async (req, res) => {
      const query = parseList(req.query);
      const { reason = null, runId = null, before = null, sent = null, skipped = null } = query;
      const notice = { sent, skipped };
      const signedIn = signedInAs(res);
      res.set("Cache-Control", "no-cache");
      const summary = await summariseDeadLetters(db, { runId });
      if (reason === null) {
        res.send(renderDeadLettersPage({ summary, runId, notice, signedIn }));
        return;
      }
      const page = await listUnresolvedLines(db, { reason, runId }, { limit: lettersPerPage, before });
      res.send(
        renderLettersOfReasonPage({
          ...page,
          reason,
          runId,
          count: summary.find((one) => one.reason === reason)?.count ?? 0,
          isFirst: before === null,
          noneChosen: query.noneChosen !== undefined,
          notice,
          signedIn,
        }),
      );
    })
    .all(refuseMethod(["get"]));

  app
    .route("/dead-letters/replay")
    .get(async (req, res) => {
      const query = parseDryRun(withIds(req.query));
      const { reason = null, runId = null, before = null, sent = null, skipped = null } = query;
      const ids = query.ids ?? null;
      if (query.chosen !== undefined && ids === null) {
        res.redirect(303, deadLettersUrl({ reason, runId }, { noneChosen: true }));
        return;
      }
      const wanted = { reason, runId, ids, before };
      requireChoice(wanted, query.all);
      const options = { limit: maxReplays, before, dryRun: true };
      const asTheyCame = await replay(wanted, { ...options, patch: false });
      const mended =
        reason === null || canBeMended(reason) ? await replay(wanted, { ...options, patch: true }) : null;
      const csrfToken = formToken(req, res);
      const page = { choice: wanted, asTheyCame, mended, notice: { sent, skipped }, csrfToken };
      res.set("Cache-Control", "no-store").send(renderReplayPage({ ...page, signedIn: signedInAs(res) }));
    })
    .post(async (req, res) => {
      const form = parseForm(withIds(req.body ?? {}));
      const { reason = null, runId = null, ids = null, before = null } = form;
      requireChoice({ reason, runId, ids, before }, form.all);
      const patch = form.patch !== undefined;
      const [only] = ids?.length === 1 ? ids : [];
      const replaysBefore = only === undefined ? null : await findDeadLetter(db, only);
      const sent = await replay({ ids, reason, runId }, { limit: maxReplays, before, dryRun: false, patch });
      const outcome = { sent: sent.ids.length, ...(patch ? { skipped: sent.skippedIds.length } : {}) };
      if (only !== undefined && reason === null && sent.ids.length === 1) {
        res.redirect(303, deadLetterUrl(only, { sent: replaysBefore?.replays ?? 0 }));
      } else if (sent.nextBefore !== null) {
        res.redirect(303, replayUrl({ reason, runId }, { before: sent.nextBefore, ...outcome }));
      } else {
        res.redirect(303, deadLettersUrl({ reason, runId }, outcome));
      }
    })
    .all(refuseMethod(["get", "post"]));

  app
    .route("/dead-letters/:id")
    .get(async (req, res) => {
      const { sent = null } = parseLetter(req.query);
      const letter = await findLetter(req.params.id);
      const [asItCame, mended] =
        letter.resolvedAt === null
          ? await Promise.all([predict(letter, { patch: false }), predict(letter, { patch: true })])
          : [null, null];
      res.set("Cache-Control", "no-cache").send(
        renderDeadLetterPage({
          letter,
          runType:
            letter.runId === null ? null : ((await findRun(db, letter.runId))?.recordType.name ?? null),
          predicted: { asItCame, mended },
          sentAfter: sent,
          kafkaUiUrl: config.links.kafkaUi,
          csrfToken: formToken(req, res),
          signedIn: signedInAs(res),
        }),
      );
    })
    .all(refuseMethod(["get"]));

  app
    .route("/dead-letters/:id/value")
    .get(async (req, res) => {
      const { id, payload } = await findLetter(req.params.id);
      if (payload === null) throw new Problem("not-found", "This dead letter has no value.");
      // Whatever the bytes are, a browser keeps them as a file and shows them nowhere.
      res.set({
        "Content-Type": "application/octet-stream",
        "Content-Disposition": `attachment; filename="dead-letter-${id}.bin"`,
        "Cache-Control": "no-cache",
      });
      res.send(payload);
    })
    .all(refuseMethod(["get"]));
}

/** One `ids` stands for itself, several come as a list. */
function withIds(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { ids } = values;
  return ids === undefined ? values : { ...values, ids: Array.isArray(ids) ? [...ids] : [ids] };
}

/** Sending everything again must be said, not left out. */
function requireChoice({ reason, runId, ids }: ReplayChoice, all: "true" | undefined): void {
  if (reason === null && runId === null && ids === null && all === undefined) throw noReplayFilter();
}
