import type { Request, RequestHandler, Response } from "express";
import { Problem } from "../http/problem.ts";
import type { Sessions } from "./sessions.ts";
import type { SignInFailures } from "./sign-in-failures.ts";
import { signInUrl } from "./sign-in-url.ts";
import type { Verifier } from "./verify.ts";
import { admitVisitor } from "./visitor.ts";
import { prefersHtml } from "./wants-page.ts";

/** What needs no credentials: liveness, and the page on which they are given. */
const openPaths: ReadonlySet<string> = new Set(["/healthz", "/sign-in", "/sign-in/style.css"]);

/** Lets in who has a session or an Authorization header; sends browsers to the sign-in page and programs away. */
export function authenticate(
  verifier: Verifier,
  sessions: Sessions,
  failures: SignInFailures,
): RequestHandler {
  return async (req, res, next) => {
    const session = sessions.read(req);
    const authorization = req.get("authorization");
    if (verifier.isOpen || openPaths.has(req.path)) {
      admitVisitor(res, "open", sessions, session);
    } else if (authorization !== undefined) {
      await failures.refuseBlocked(req);
      if (!verifier.verifyHeader(authorization)) {
        await failures.note(req);
        throw unauthorized(req, "These are not the credentials that the operator has set.");
      }
      admitVisitor(res, "header", sessions, session);
    } else if (session !== null && session.user !== null) {
      admitVisitor(res, "cookie", sessions, session);
    } else {
      return askToSignIn(req, res);
    }
    next();
  };
}

function askToSignIn(req: Request, res: Response): void {
  if (!prefersHtml(req)) {
    throw unauthorized(req, "This needs the credentials that the operator has set.");
  }
  const isRead = req.method === "GET" || req.method === "HEAD";
  res.set("Cache-Control", "no-store").redirect(303, signInUrl(isRead ? req.originalUrl : "/"));
}

/** Names the ways in. https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1 */
export function unauthorized(req: Request, detail: string): Problem {
  const realm = 'realm="Synthetic data"';
  // A challenge that a browser knows makes it ask for a password in a window of its own, even for a script of ours,
  // whose requests name our page; Sec-Fetch-Site is missing where there is no TLS.
  const isBrowsersScript = req.get("sec-fetch-site") !== undefined || req.get("referer") !== undefined;
  const challenge = isBrowsersScript ? `Cookie ${realm}` : `Basic ${realm}, charset="UTF-8", Bearer ${realm}`;
  return new Problem("unauthorized", detail, { headers: { "WWW-Authenticate": challenge } });
}
