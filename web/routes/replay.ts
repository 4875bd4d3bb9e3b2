import Type from "typebox";
import type { WebDependencies } from "../dependencies.ts";
import type { Endpoint, Operation } from "../operation.ts";
import { createReplayDeadLetters, noReplayFilterMessage } from "../replay.ts";
import { reasonSchema } from "../schemas/dead-letter.ts";
import { requestParser } from "../schemas/parse.ts";
import { createSpreadMessages } from "../spread-messages.ts";

const id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

const body = Type.Object(
  {
    ids: Type.Optional(Type.Array(id, { minItems: 1, maxItems: 10_000, uniqueItems: true })),
    reason: Type.Optional(reasonSchema),
    runId: Type.Optional(Type.String({ format: "uuid" })),
    all: Type.Optional(Type.Boolean({ description: "Needed where no filter is given" })),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, description: "At most so many; 1,000 by default" }),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: "Only say which would be sent" })),
  },
  {
    title: "ReplayRequest",
    additionalProperties: false,
    // Sending everything again must be said, not left out.
    anyOf: [
      { required: ["ids"] },
      { required: ["reason"] },
      { required: ["runId"] },
      { required: ["all"], properties: { all: { const: true } } },
    ],
    "x-message": noReplayFilterMessage,
  },
);

const response = Type.Object(
  {
    matched: Type.Integer({
      minimum: 0,
      description: "Unresolved dead letters that the filters let through",
    }),
    replayed: Type.Integer({ minimum: 0, description: "Messages that Kafka has acknowledged" }),
    dryRun: Type.Boolean(),
    ids: Type.Array(id, { description: "Dead letters that were sent again, or would be" }),
  },
  { additionalProperties: false },
);

const operation: Operation = {
  id: "replayDeadLetters",
  method: "post",
  path: "/api/dead-letters/replay",
  tag: "Dead letters",
  summary: "Send dead letters again",
  description:
    "Sends the unresolved ones that all filters let through, as they were, the newest first. One that becomes a row " +
    "this time is resolved, and its run's ledger counts it as stored instead; one that does not stays with the newest " +
    "reason. Repeating this is safe.",
  body,
  bodyExample: { reason: "rejected_by_database", dryRun: true },
  // As many ids as it takes, of the greatest length.
  maxBodyBytes: 256 * 1024,
  responses: { 200: { description: "What was sent", content: { "application/json": response } } },
  problems: ["invalid-request", "malformed-body", "too-large", "unsupported-media-type", "unavailable"],
};

/** Sending dead letters again. */
export function replayEndpoints({ db, producer }: WebDependencies): Endpoint[] {
  const parseBody = requestParser("body", body);
  const replayDeadLetters = createReplayDeadLetters(db, createSpreadMessages(producer));

  return [
    {
      operation,
      handle: async (req, res) => {
        const { ids, reason, runId, limit = 1_000, dryRun = false } = parseBody(req.body);
        const filter = { ids: ids ?? null, reason: reason ?? null, runId: runId ?? null };
        const replay = await replayDeadLetters(filter, { limit, dryRun });
        res.json({
          matched: replay.matched,
          replayed: dryRun ? 0 : replay.ids.length,
          dryRun,
          ids: replay.ids,
        });
      },
    },
  ];
}
