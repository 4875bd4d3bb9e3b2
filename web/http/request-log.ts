import { randomUUID } from "node:crypto";
import type { Request, RequestHandler } from "express";
import type { Logger } from "../../service/log.ts";
import type { Metrics } from "../health/metrics.ts";

const quiet = /^\/(healthz|readyz|metrics|assets\/|queues\/)/;

/** Whether it asks for what supervisors and pages ask for all the time. */
export const isQuiet = (req: Request): boolean => quiet.test(req.originalUrl);

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
      const level = isQuiet(req) || req.method === "GET" ? "debug" : "info";
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
export function routeOf(req: Request): string {
  // Bull Board's own routes are many, and none of ours.
  if (req.originalUrl.startsWith("/queues")) return "/queues";
  if (typeof req.route?.path === "string") return req.route.path;
  return req.originalUrl.startsWith("/assets/") ? "/assets" : "none";
}
