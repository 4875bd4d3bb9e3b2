import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { ExpressAdapter } from "@bull-board/express";
import { type RequestHandler, Router } from "express";
import { isRunId } from "../../ledger/runs/run.ts";
import { chunkOfJobId } from "../../queues/parse-job.ts";
import { formToken } from "../access/visitor.ts";
import type { WebDependencies } from "../dependencies.ts";
import { bullBoardHeaders } from "../http/security.ts";
import { unavailable } from "../http/unavailable.ts";
import { dashboardUrl } from "../runs/dashboard-url.ts";
import { bullBoardPath, groupDelimiter, groupPrefix, queuePath } from "./bull-board-url.ts";

/** Bull Board's script (axios) sends what it finds in this cookie along, which only a page of ours can read. */
const handOutToken: RequestHandler = (req, res, next) => {
  if (req.method === "GET" && !req.path.startsWith("/static/")) {
    const token = formToken(req, res);
    res.cookie("XSRF-TOKEN", token, { path: bullBoardPath, sameSite: "strict", secure: req.secure });
  }
  next();
};

const foreignStylesheet = /<link href="https:[^>]*rel="stylesheet">/g;

/**
 * Bull Board's page asks Google for a font, which would tell Google who looks at it. The policy blocks that, at the price
 * of an error in the browser's console; without the link the page is set in the system's font just the same.
 */
const leaveOutForeignFonts: RequestHandler = (_req, res, next) => {
  const send = res.send.bind(res);
  res.send = (body) => send(typeof body === "string" ? body.replace(foreignStylesheet, "") : body);
  next();
};

const groupOf = ({ name }: { readonly name: string }) => ({
  prefix: groupPrefix(name),
  delimiter: groupDelimiter,
});

/** A queue's address by the name that it has in Redis, which somebody may know or have kept, leads to that in its group. */
const leadToGroup: RequestHandler<{ queue: string }> = (req, res, next) => {
  const { queue } = req.params;
  if (groupPrefix(queue) === "") next();
  else res.redirect(302, req.originalUrl.replace(`${bullBoardPath}/queue/${queue}`, queuePath(queue)));
};

/** By the job's id, since its data are whatever somebody has typed: one that names no run leads to the list of them. */
const linkToRun = (runId: string | undefined) =>
  runId !== undefined && isRunId(runId)
    ? { displayText: "Open the run", href: `/runs/${runId}` }
    : { displayText: "Runs", href: "/runs" };

/** BullMQ's jobs in Bull Board, under a policy of its own. */
export function bullBoardRouter({ queues, isRedisReady, config }: WebDependencies): Router {
  const serverAdapter = new ExpressAdapter().setBasePath(bullBoardPath);
  createBullBoard({
    serverAdapter,
    queues: [
      new BullMQAdapter(queues.runs, {
        ...groupOf(queues.runs),
        displayName: "Runs",
        description: "One job a run: plans its chunks, as far as may be pending, and sees it to its end",
        externalJobUrl: ({ id }) => linkToRun(String(id)),
      }),
      new BullMQAdapter(queues.chunks, {
        ...groupOf(queues.chunks),
        displayName: "Chunks",
        description: "One job a chunk: makes its records and sends them to one partition of Kafka",
        externalJobUrl: ({ id }) => linkToRun(chunkOfJobId(String(id))?.runId),
      }),
      new BullMQAdapter(queues.pacedChunks, {
        ...groupOf(queues.pacedChunks),
        displayName: "Paced chunks",
        description: "One job a chunk of a run with a rate: sends each record when it is due",
        externalJobUrl: ({ id }) => linkToRun(chunkOfJobId(String(id))?.runId),
      }),
    ],
    options: {
      uiConfig: {
        boardTitle: "Jobs",
        hideDocsLink: true,
        hideRedisDetails: true,
        miscLinks: [
          { text: "New run", url: "/" },
          { text: "Runs", url: "/runs" },
          ...(config.links.kafkaUi === null ? [] : [{ text: "Kafka UI", url: config.links.kafkaUi }]),
          ...(config.links.superset === null
            ? []
            : [{ text: "Dashboard", url: dashboardUrl(config.links.superset) }]),
        ],
      },
    },
  });
  const requireRedis: RequestHandler = (_req, _res, next) => {
    if (!isRedisReady()) throw unavailable("Redis", undefined, "Jobs are in Redis, which does not answer.");
    next();
  };
  return Router()
    .get("/queue/:queue{/*rest}", leadToGroup)
    .use(bullBoardHeaders(), handOutToken, requireRedis, leaveOutForeignFonts, serverAdapter.getRouter());
}
