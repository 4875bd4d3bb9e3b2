import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import type { Logger } from "../service/log.ts";
import { type SignedIn, signedInAs } from "./access/visitor.ts";
import { prefersHtml } from "./access/wants-page.ts";
import { Problem, problemDocument } from "./problem.ts";

/** Answers a path that nothing stands behind. */
export const refuseUnknownPath: RequestHandler = (req) => {
  throw new Problem("not-found", `Nothing is served at ${req.path}.`);
};

/** Paths that programs use: whatever they accept, their problems are JSON. */
const programPaths = /^\/(api|produce|healthz|readyz|metrics)(\/|$)/;

const wantsPage = (req: Request): boolean => !programPaths.test(req.path) && prefersHtml(req);

export type RenderProblem = (problem: Problem, signedIn: SignedIn | null) => string;

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
    res.type("html").send(renderProblem(problem, signedInAs(res)));
  } else {
    const instance = `urn:uuid:${res.locals.requestId}`;
    res.type("application/problem+json").send(JSON.stringify(problemDocument(problem, instance)));
  }
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const status = httpStatusOf(error);
  if (status === 413)
    return new Problem("too-large", "The body is larger than allowed here.", { cause: error });
  if (status === 415) {
    return new Problem("unsupported-media-type", "The body's encoding or charset is not supported.", {
      cause: error,
    });
  }
  if (status !== null && status >= 400 && status < 500) {
    return new Problem("malformed-body", "The request cannot be read.", { cause: error });
  }
  return new Problem("internal", "This is a fault of ours; it has been logged.", { cause: error });
}

/** The status with which body-parser and Express's router refuse a request. */
function httpStatusOf(error: unknown): number | null {
  if (typeof error !== "object" || error === null || !("status" in error)) return null;
  return typeof error.status === "number" ? error.status : null;
}
