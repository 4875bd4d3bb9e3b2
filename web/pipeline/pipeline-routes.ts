import Type from "typebox";
import type { WebDependencies } from "../dependencies.ts";
import type { Endpoint, Operation } from "../http/operation.ts";
import { requestParser } from "../http/parse.ts";
import { messagesSchema, pipelineSchema, seenMessageJson, topicSchema } from "./pipeline-schema.ts";

const pipelineOperation: Operation = {
  id: "getPipeline",
  method: "get",
  path: "/api/pipeline",
  tag: "Operation",
  summary: "Look at the pipeline",
  description:
    "Everything that carries records, each part asked at the same time and within 2 seconds: what does not answer is " +
    "`down` and keeps nothing else from being told. `troubles` says in words what is wrong and what to do.",
  responses: {
    200: { description: "The pipeline now", content: { "application/json": pipelineSchema } },
  },
  problems: [],
};

const messagesQuery = Type.Object(
  {
    topic: Type.Optional(topicSchema),
    partition: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description: "0 by default" })),
    from: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: "Offset of the first; the newest messages by default",
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: "20 by default" })),
  },
  { additionalProperties: false },
);

const messagesOperation: Operation = {
  id: "listMessages",
  method: "get",
  path: "/api/pipeline/messages",
  tag: "Operation",
  summary: "Look at Kafka's messages",
  description:
    "Messages of one partition of a type's topic, read without joining a group or committing anything. Those of transactions " +
    "that were aborted or are open are left out.",
  query: messagesQuery,
  responses: {
    200: { description: "The messages", content: { "application/json": messagesSchema } },
  },
  problems: ["invalid-request", "not-found", "unavailable"],
};

/** The pipeline's health and messages for programs. */
export function pipelineEndpoints({ pipeline }: WebDependencies): Endpoint[] {
  const parseMessages = requestParser("query", messagesQuery);
  return [
    {
      operation: pipelineOperation,
      handle: async (_req, res) => {
        res.set("Cache-Control", "no-store").json(await pipeline.look());
      },
    },
    {
      operation: messagesOperation,
      handle: async (req, res) => {
        const { topic: asked = null, partition = 0, from, limit = 20 } = parseMessages(req.query);
        const { topic, first, end, messages } = await pipeline.readMessages({
          topic: asked,
          partition,
          from: from ?? -limit,
          limit,
        });
        res.set("Cache-Control", "no-store").json({
          topic,
          partition,
          first,
          end,
          messages: messages.map(seenMessageJson),
        });
      },
    },
  ];
}
