import Type from "typebox";
import { cancelRuns, listCancellable } from "../../../ledger/runs/cancel-runs.ts";
import type { WebDependencies } from "../../dependencies.ts";
import type { Endpoint, Operation } from "../../http/operation.ts";
import { requestParser } from "../../http/parse.ts";
import { runStatusSchema } from "../request/run-schema.ts";
import { runFilterOf, runFilterProperties } from "./run-listing.ts";

const ids = Type.Array(Type.String({ format: "uuid" }), {
  minItems: 1,
  maxItems: 10_000,
  uniqueItems: true,
  description: "Exactly these",
});

const body = Type.Object(
  {
    ids: Type.Optional(ids),
    status: Type.Optional(
      Type.Enum(["queued", "running", "paused"], { description: "Only runs of this status" }),
    ),
    q: runFilterProperties.q,
    type: runFilterProperties.type,
    all: Type.Optional(Type.Boolean({ description: "Needed where nothing else says which" })),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: "At most so many, the newest; 1,000 by default",
      }),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: "Only say which would be cancelled" })),
  },
  {
    title: "CancelRunsRequest",
    additionalProperties: false,
    // Cancelling everything must be said, not left out.
    anyOf: [
      {
        required: ["ids"],
        not: { anyOf: [{ required: ["status"] }, { required: ["q"] }, { required: ["type"] }] },
      },
      { required: ["status"], not: { required: ["ids"] } },
      { required: ["q"], properties: { q: { type: "string", minLength: 1 } }, not: { required: ["ids"] } },
      { required: ["type"], not: { required: ["ids"] } },
      { required: ["all"], properties: { all: { const: true } }, not: { required: ["ids"] } },
    ],
    "x-message": "needs ids alone, or one of status, q and type, or all: true",
  },
);

const response = Type.Object(
  {
    dryRun: Type.Boolean(),
    cancelled: Type.Array(Type.String({ format: "uuid" }), {
      description: "Runs that are cancelled now, or would be",
    }),
    ended: Type.Array(
      Type.Object(
        { id: Type.String({ format: "uuid" }), status: runStatusSchema },
        { additionalProperties: false, required: ["id", "status"] },
      ),
      { description: "Runs that had come to another end" },
    ),
    unknown: Type.Array(Type.String({ format: "uuid" }), { description: "Ids of no run" }),
  },
  { additionalProperties: false },
);

const operation: Operation = {
  id: "cancelRuns",
  method: "post",
  path: "/api/runs/cancel",
  tag: "Runs",
  summary: "Cancel many runs",
  description:
    "Those of the ids, or the unfinished ones that `status`, `q` and `type` let through, all in one transaction. Repeating it is " +
    "safe. What is stored stays; a chunk that is being made is made to its end.",
  body,
  bodyExample: { status: "queued", dryRun: true },
  // As many ids as it takes.
  maxBodyBytes: 512 * 1024,
  responses: { 200: { description: "What became of each", content: { "application/json": response } } },
  problems: ["invalid-request", "malformed-body", "too-large", "unsupported-media-type", "unavailable"],
};

/** A command to many runs. */
export function cancelRunsEndpoints({ db }: WebDependencies): Endpoint[] {
  const parseBody = requestParser("body", body);
  return [
    {
      operation,
      handle: async (req, res) => {
        const { ids, limit = 1_000, dryRun = false, all: _all, ...asked } = parseBody(req.body);
        const filter = runFilterOf(asked);
        const chosen = ids?.map((id) => id.toLowerCase()) ?? (await listCancellable(db, filter, limit));
        res.json({ dryRun, ...(await cancelRuns(db, chosen, { dryRun })) });
      },
    },
  ];
}
