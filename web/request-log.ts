import { randomUUID } from "node:crypto";
import type { Request, RequestHandler } from "express";
import type { Logger } from "../service/log.ts";
import type { Metrics } from "./metrics.ts";

/** Paths that supervisors ask all the time. */
const quiet = /^\/(healthz|readyz|metrics|assets\/|queues\/)/;

/** Gives each request an id, logs its end and measures its time. */
export function observeRequests(log: Logger, metrics: Metrics): RequestHandler {
  return (req, res, next) => {
    const startedMs = performance.now();
    res.locals.requestId = randomUUID();
    res.on("close", () => {
      const elapsedMs = performance.now() - startedMs;
      const route = routeOf(req);
      metrics.observeRequest({
        method: req.method,
        route,
        status: res.statusCode,
        seconds: elapsedMs / 1000,
      });
      const level = quiet.test(req.originalUrl) || req.method === "GET" ? "debug" : "info";
      log[level](
        {
          requestId: res.locals.requestId,
          method: req.method,
          route,
          status: res.statusCode,
          durationMs: Math.round(elapsedMs),
        },
        "request",
      );
    });
    next();
  };
}

/** The pattern that answered, never the path itself: ids would make a time series each. */
function routeOf(req: Request): string {
  if (typeof req.route?.path === "string") return req.route.path;
  if (req.originalUrl.startsWith("/queues")) return "/queues";
  return req.originalUrl.startsWith("/assets/") ? "/assets" : "none";
}
