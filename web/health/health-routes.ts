import Type from "typebox";
import { prefersHtml } from "../access/wants-page.ts";
import type { WebDependencies } from "../dependencies.ts";
import type { Endpoint, Operation } from "../http/operation.ts";

const healthResponse = Type.Object({ status: Type.Literal("alive") }, { additionalProperties: false });

const readinessResponse = Type.Object(
  {
    status: Type.Enum(["ready", "not_ready"]),
    checks: Type.Unsafe<unknown>({
      type: "object",
      description: "Of `postgres`, `redis`, `kafka`, `workers` and `consumers`",
      examples: [{ postgres: { status: "up", detail: "12 migrations" } }],
      additionalProperties: {
        type: "object",
        required: ["status"],
        properties: {
          status: { enum: ["up", "down"] },
          detail: { type: "string", description: "What was found, or why it is down" },
        },
        additionalProperties: false,
      },
    }),
  },
  { title: "Readiness", additionalProperties: false },
);

const healthOperation: Operation = {
  id: "getHealth",
  method: "get",
  path: "/healthz",
  tag: "Operation",
  summary: "Liveness",
  description: "Needs no credentials and asks nothing but this process.",
  responses: {
    200: { description: "The process serves requests", content: { "application/json": healthResponse } },
  },
  problems: [],
};

const content = { "application/json": readinessResponse };

const readinessOperation: Operation = {
  id: "getReadiness",
  method: "get",
  path: "/readyz",
  tag: "Operation",
  summary: "Readiness",
  description: "Whether everything is up that a run needs. A browser is led to the page that says more.",
  responses: {
    200: { description: "All is up", content },
    303: { description: "To whoever prefers HTML", headers: { Location: "/pipeline" } },
    503: { description: "Something is down; `checks` says what and why", content },
  },
  problems: [],
};

/** What a supervisor asks. */
export function healthEndpoints({ readiness }: WebDependencies): Endpoint[] {
  return [
    {
      operation: healthOperation,
      handle: (_req, res) => {
        res.set("Cache-Control", "no-store").json({ status: "alive" });
      },
    },
    {
      operation: readinessOperation,
      handle: async (req, res) => {
        res.set({ "Cache-Control": "no-store", Vary: "Accept" });
        if (prefersHtml(req)) {
          res.redirect(303, "/pipeline");
          return;
        }
        const answer = await readiness();
        res.status(answer.status === "ready" ? 200 : 503).json(answer);
      },
    },
  ];
}
