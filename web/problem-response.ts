import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import type { Logger } from "../service/log.ts";
import { Problem, problemDocument } from "./problem.ts";

/** Answers a path that nothing stands behind. */
export const refuseUnknownPath: RequestHandler = (req) => {
  throw new Problem("not-found", `Nothing is served at ${req.path}.`);
};

/** Paths that programs use: whatever they accept, their problems are JSON. */
const programPaths = /^\/(api|produce|healthz|readyz|metrics)(\/|$)/;

const wantsPage = (req: Request): boolean =>
  !programPaths.test(req.path) && req.accepts(["json", "html"]) === "html";

export type RenderProblem = (problem: Problem) => string;

/** Ends every failed request: an error page for browsers, problem details for programs, never a stack trace. */
export function answerProblems(log: Logger, renderProblem: RenderProblem): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    const problem = toProblem(error);
    const fields = { err: problem.cause ?? error, requestId: res.locals.requestId, path: req.path };
    if (problem.kind === "internal") log.error(fields, "request failed");
    else if (problem.kind === "unavailable") log.warn(fields, "dependency not available");
    // The answer has begun; cutting it short is the only way left to say that it is not whole.
    if (res.headersSent) return void res.destroy();
    sendProblem(req, res, problem, renderProblem);
  };
}

function sendProblem(req: Request, res: Response, problem: Problem, renderProblem: RenderProblem): void {
  res.status(problem.status).set({ ...problem.headers, "Cache-Control": "no-store" });
  res.vary("Accept");
  if (wantsPage(req)) {
    res.type("html").send(renderProblem(problem));
  } else {
    const instance = `urn:uuid:${res.locals.requestId}`;
    res.type("application/problem+json").send(JSON.stringify(problemDocument(problem, instance)));
  }
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { status, type } = describeHttpError(error);
  if (status === 413)
    return new Problem("too-large", "The body is larger than allowed here.", { cause: error });
  if (status === 415) {
    return new Problem("unsupported-media-type", "The body's encoding or charset is not supported.", {
      cause: error,
    });
  }
  if (type === "entity.parse.failed") {
    return new Problem("malformed-body", "The body is not valid JSON.", { cause: error });
  }
  if (status !== null && status >= 400 && status < 500) {
    return new Problem("malformed-body", "The request cannot be read.", { cause: error });
  }
  return new Problem("internal", "This is a fault of ours; it has been logged.", { cause: error });
}

/** What body-parser and Express's router say of a request that they refuse. */
function describeHttpError(error: unknown): { status: number | null; type: string | null } {
  if (typeof error !== "object" || error === null) return { status: null, type: null };
  return {
    status: "status" in error && typeof error.status === "number" ? error.status : null,
    type: "type" in error && typeof error.type === "string" ? error.type : null,
  };
}
