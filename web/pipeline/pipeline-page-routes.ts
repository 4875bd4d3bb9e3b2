import type { Express } from "express";
import Type from "typebox";
import { signedInAs } from "../access/visitor.ts";
import type { WebDependencies } from "../dependencies.ts";
import { refuseMethod } from "../http/operation.ts";
import { requestParser } from "../http/parse.ts";
import { renderMessagesPage } from "./messages-page.tsx";
import { renderPipelinePage } from "./pipeline-page.tsx";
import { topicSchema } from "./pipeline-schema.ts";

const messagesPerPage = 20;

const pipelineQuery = Type.Object({ topic: Type.Optional(topicSchema) });

const messagesQuery = Type.Object({
  topic: Type.Optional(topicSchema),
  partition: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 }),
  from: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
});

/** The page of the pipeline's health, and that of a partition's messages. */
export function mountPipelinePages(app: Express, { config, pipeline }: WebDependencies): void {
  const parseMessages = requestParser("query", messagesQuery);
  const parsePipeline = requestParser("query", pipelineQuery);
  const { links } = config;

  app
    .route("/pipeline")
    .get(async (req, res) => {
      const { topic = null } = parsePipeline(req.query);
      const state = await pipeline.look();
      res
        .set("Cache-Control", "no-store")
        .send(renderPipelinePage({ state, topic, links, signedIn: signedInAs(res) }));
    })
    .all(refuseMethod(["get"]));

  app
    .route("/pipeline/messages")
    .get(async (req, res) => {
      const { topic: asked = null, partition, from = null } = parseMessages({ partition: 0, ...req.query });
      const { topic, partitions, ...seen } = await pipeline.readMessages({
        topic: asked,
        partition,
        from: from ?? -messagesPerPage,
        limit: messagesPerPage,
      });
      res.set("Cache-Control", "no-store").send(
        renderMessagesPage({
          topic,
          partition,
          partitions,
          seen,
          from,
          limit: messagesPerPage,
          kafkaUiUrl: links.kafkaUi,
          signedIn: signedInAs(res),
        }),
      );
    })
    .all(refuseMethod(["get"]));
}
