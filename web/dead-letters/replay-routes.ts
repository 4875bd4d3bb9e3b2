import Type, { type Static } from "typebox";
import type { WebDependencies } from "../dependencies.ts";
import type { Endpoint, Operation } from "../http/operation.ts";
import { requestParser } from "../http/parse.ts";
import { forecastSchema, reasonSchema } from "./dead-letter-schema.ts";
import { createReplays, noReplayFilterMessage } from "./replay.ts";

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
    patch: Type.Optional(
      Type.Boolean({
        description: "Mend each by the rule of its reason, and leave out those that none mends",
      }),
    ),
    before: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: "Only older ones than this id: the `nextBefore` of the answer before",
      }),
    ),
    dryRun: Type.Optional(
      Type.Boolean({ description: "Send nothing; say which would be sent, and what would become of them" }),
    ),
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
      examples: [2],
    }),
    replayed: Type.Integer({ minimum: 0, description: "Messages that Kafka has acknowledged" }),
    dryRun: Type.Boolean(),
    ids: Type.Array(id, { description: "Dead letters that were sent again, or would be" }),
    skippedIds: Type.Array(id, {
      description:
        "Dead letters that were to be patched and that no rule mends, and those that cannot be sent",
    }),
    nextBefore: Type.Unsafe<number | null>({
      type: ["integer", "null"],
      description: "Pass as `before` to go on with the older ones; null where none are left",
    }),
    forecast: Type.Unsafe<Static<typeof forecastSchema> | null>({
      anyOf: [forecastSchema, { type: "null" }],
      description: "Of a dry run: what would become of them; null where they were sent",
    }),
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
    "reason. Repeating this is safe.\n\n" +
    "With `patch` each is mended by the rule of its reason:\n\n" +
    "- `not_utf8`, `not_json`, `nul_character`, `lone_surrogate`: a byte order mark is removed, bytes that are no UTF-8 " +
    "and escapes of half a surrogate pair become U+FFFD, escapes of U+0000 are removed. All else stays, byte for byte.\n" +
    "- `invalid_headers`, `unknown_run`, `sequence_out_of_range`, `identity_conflict`: the headers `run_id` and `seq` " +
    "are left out, so that it becomes another producer's row; its text is mended as above.\n" +
    "- `tombstone`, `empty`, `not_an_object`, `rejected_by_database`, `processing_failed`, and whatever the rules do not " +
    "change: not sent; `skippedIds` names them.\n\n" +
    "`undecodable_batch` and `not_kept` are never sent: the one is no message, but stands for those of a batch, of the " +
    "other nothing is kept.\n\n" +
    "The dead letter keeps the bytes that came; the row has the mended ones.\n\n" +
    "With `dryRun` nothing is sent, and `forecast` says how many would become rows and how many would be dead again, by " +
    "the consumer's own decoder and by the ledger as it is now.",
  body,
  bodyExample: { reason: "rejected_by_database", dryRun: true },
  // As many ids as it takes, of the greatest length.
  maxBodyBytes: 256 * 1024,
  responses: { 200: { description: "What was sent", content: { "application/json": response } } },
  problems: ["invalid-request", "malformed-body", "too-large", "unsupported-media-type", "unavailable"],
};

/** Sending dead letters again. */
export function replayEndpoints(deps: WebDependencies): Endpoint[] {
  const parseBody = requestParser("body", body);
  const { replay } = createReplays(deps);

  return [
    {
      operation,
      handle: async (req, res) => {
        const {
          ids,
          reason,
          runId,
          limit = 1_000,
          before,
          dryRun = false,
          patch = false,
        } = parseBody(req.body);
        const filter = { ids: ids ?? null, reason: reason ?? null, runId: runId ?? null };
        const outcome = await replay(filter, { limit, before: before ?? null, dryRun, patch });
        res.json({
          matched: outcome.matched,
          replayed: dryRun ? 0 : outcome.ids.length,
          dryRun,
          ids: outcome.ids,
          skippedIds: outcome.skippedIds,
          nextBefore: outcome.nextBefore,
          forecast: outcome.forecast,
        });
      },
    },
  ];
}
