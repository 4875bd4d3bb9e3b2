import type { RequestHandler } from "express";
import type { Tracing } from "../../service/tracing.ts";
import { isQuiet, routeOf } from "./request-log.ts";

/**
 * A span a request, from its head to the end of its answer; those of supervisors and of assets are left out. Its
 * names follow OpenTelemetry's conventions. https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function traceRequests(tracing: Tracing): RequestHandler {
  return (req, res, next) => {
    if (isQuiet(req)) {
      next();
      return;
    }
    const { method } = req;
    const attributes = {
      "http.request.method": method,
      "url.path": req.path,
      "url.scheme": req.protocol,
      "synthetic.request_id": String(res.locals.requestId),
    };
    // A caller's own trace goes on here.
    const parent = req.get("traceparent");
    void tracing.inSpan(
      method,
      { kind: "server", attributes, ...(parent === undefined ? {} : { parent }) },
      (span) =>
        new Promise<void>((resolve) => {
          res.on("close", () => {
            const route = routeOf(req);
            span.rename(`${method} ${route}`);
            span.set({ "http.route": route, "http.response.status_code": res.statusCode });
            if (res.statusCode >= 500) span.fail(`answered with ${res.statusCode}`);
            resolve();
          });
          next();
        }),
    );
  };
}
