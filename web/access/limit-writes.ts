import type { RequestHandler } from "express";
import { Problem } from "../http/problem.ts";
import { changesSomething } from "./changes-something.ts";
import { clientKey } from "./client-key.ts";
import { type RateCounter, windowSeconds } from "./rate-counter.ts";

/**
 * Limits how often one client may change something or have records made, and says how far it has come.
 * https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-10.html; most clients know the three headers of
 * that draft's earlier versions.
 */
export function limitWrites(counter: RateCounter): RequestHandler {
  return async (req, res, next) => {
    if (!changesSomething(req)) return next();
    const { isExceeded, remaining, resetSeconds } = await counter.add(clientKey(req.ip));
    res.set({
      "RateLimit-Policy": `"writes";q=${counter.limit};w=${windowSeconds}`,
      RateLimit: `"writes";r=${remaining};t=${resetSeconds}`,
      "RateLimit-Limit": String(counter.limit),
      "RateLimit-Remaining": String(remaining),
      "RateLimit-Reset": String(resetSeconds),
    });
    if (isExceeded) throw tooManyRequests(`At most ${counter.limit} a minute are taken.`, resetSeconds);
    next();
  };
}

export function tooManyRequests(detail: string, retryAfterSeconds: number): Problem {
  return new Problem("too-many-requests", `${detail} Please try again in ${retryAfterSeconds} s.`, {
    headers: { "Retry-After": String(retryAfterSeconds) },
  });
}
