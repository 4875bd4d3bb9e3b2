import Type, { type Static } from "typebox";
import { countDeadLetters, listDeadLetters } from "../../ledger/dead-letters/dead-letters.ts";
import type { WebDependencies } from "../dependencies.ts";
import type { Endpoint, Operation } from "../http/operation.ts";
import { requestParser } from "../http/parse.ts";
import { deadLetterJson, deadLetterSchema, reasonSchema } from "./dead-letter-schema.ts";

const listQuery = Type.Object(
  {
    reason: Type.Optional(reasonSchema),
    runId: Type.Optional(Type.String({ format: "uuid" })),
    resolved: Type.Optional(
      Type.Boolean({ description: "Only those that a replay made into rows, or only the others" }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: "20 by default" })),
    before: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: "The last id of the page before",
      }),
    ),
  },
  { additionalProperties: false },
);

const listResponse = Type.Object(
  {
    deadLetters: Type.Array(deadLetterSchema),
    counts: Type.Array(
      Type.Object(
        { reason: Type.String(), count: Type.Integer({ minimum: 1 }) },
        { additionalProperties: false },
      ),
      { description: "How many there are of each reason, on all pages" },
    ),
    next: Type.Unsafe<string | null>({
      type: ["string", "null"],
      description: "Where the next page is; null on the last one",
    }),
  },
  { additionalProperties: false },
);

const operation: Operation = {
  id: "listDeadLetters",
  method: "get",
  path: "/api/dead-letters",
  tag: "Dead letters",
  summary: "List dead letters",
  description: "Messages that could not become rows, as they were in Kafka; the newest first.",
  query: listQuery,
  responses: {
    200: { description: "A page of dead letters", content: { "application/json": listResponse } },
  },
  problems: ["invalid-request", "unavailable"],
};

/** What could not become a row. */
export function deadLetterEndpoints({ db }: WebDependencies): Endpoint[] {
  const parseQuery = requestParser("query", listQuery);
  return [
    {
      operation,
      handle: async (req, res) => {
        const query = parseQuery(req.query);
        const { reason = null, runId = null, resolved = null, limit = 20, before = null } = query;
        const filter = { ids: null, reason, runId, resolved };
        const [page, counts] = await Promise.all([
          listDeadLetters(db, filter, { limit, before }),
          countDeadLetters(db, filter),
        ]);
        const next = page.nextBefore === null ? null : nextPage(query, page.nextBefore);
        if (next !== null) res.links({ next });
        res.json({ deadLetters: page.deadLetters.map(deadLetterJson), counts, next });
      },
    },
  ];
}

function nextPage(query: Static<typeof listQuery>, before: number): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, before })) parameters.set(name, String(value));
  return `/api/dead-letters?${parameters}`;
}
