import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import type { Logger } from "../../service/log.ts";
import { type SignedIn, signedInAs } from "../access/visitor.ts";
import { prefersHtml } from "../access/wants-page.ts";
import { Problem, type ProblemKind, problemDocument } from "./problem.ts";

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

/** What has been said of the answer that was to come, and is not true of a problem. */
const headersOfContent = ["ETag", "Last-Modified", "Accept-Ranges", "Content-Range", "Content-Disposition"];

function sendProblem(req: Request, res: Response, problem: Problem, renderProblem: RenderProblem): void {
  for (const name of headersOfContent) res.removeHeader(name);
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
  const refusal = readRefusal(error);
  if (refusal === null) {
    return new Problem("internal", "This is a fault of ours; it has been logged.", { cause: error });
  }
  const { status, headers, isOfBody } = refusal;
  if (status === 400 && isOfBody)
    return new Problem("malformed-body", "It is not what its head says.", { cause: error });
  const [kind, detail] = refusals[status] ?? [status, "The request is refused."];
  return new Problem(kind, detail, { headers, cause: error });
}

/** What Express and its libraries refuse, by status. */
const refusals: Readonly<Record<number, readonly [ProblemKind, string]>> = {
  400: ["malformed-request", "Its address is not encoded as it must be."],
  404: ["not-found", "There is no such file."],
  412: ["precondition-failed", "The file is another than If-Match or If-Unmodified-Since asks for."],
  413: ["too-large", "The body is larger than allowed here."],
  415: ["unsupported-media-type", "The body's encoding or charset is not supported."],
  416: [
    "range-not-satisfiable",
    "The file ends before the Range begins; Content-Range says how large it is.",
  ],
};

interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether body-parser refuses, whose errors have a type: `request.aborted`, `request.size.invalid`, … */
  readonly isOfBody: boolean;
}

/** What Express's router, body-parser or send say of a request that they refuse; null of any other error. */
function readRefusal(error: unknown): Refusal | null {
  if (typeof error !== "object" || error === null || !("status" in error)) return null;
  const { status } = error;
  if (typeof status !== "number" || status < 400 || status > 499) return null;
  const given = "headers" in error && typeof error.headers === "object" ? error.headers : null;
  const headers = Object.entries(given ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return { status, headers: Object.fromEntries(headers), isOfBody: "type" in error };
}
