import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { Registry } from "prom-client";
import type { Config } from "./config.ts";
import type { Logger } from "./log.ts";

/**
 * Serves `/metrics` and `/healthz` for Prometheus and supervisors, where the operator wants that: on a port of its own,
 * so that neither credentials nor the web service's limits stand between. Nothing in it is secret, but it tells how much
 * work there is.
 * @param scrape gives all metrics in Prometheus's text format
 * @returns a function that ends it; null where no port is configured
 * @throws where the port cannot be used
 */
export async function serveMetrics(
  { host, port }: Config["metrics"],
  scrape: () => Promise<string>,
  log: Logger,
): Promise<(() => Promise<void>) | null> {
  if (port === null) return null;
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (req, res) => {
    if (req.method !== "GET" && req.method !== "HEAD") {
      answer(res.setHeader("Allow", "GET, HEAD"), 405, "text/plain", "GET is possible here.\n");
    } else if (req.url === "/healthz") {
      answer(res, 200, "application/json", '{"status":"alive"}');
    } else if (req.url === "/metrics") {
      scrape().then(
        (text) => answer(res, 200, Registry.PROMETHEUS_CONTENT_TYPE, text),
        (error: unknown) => {
          log.warn({ err: error }, "metrics not collected");
          answer(res, 500, "text/plain", "The metrics could not be collected; the log says why.\n");
        },
      );
    } else {
      answer(res, 404, "text/plain", "There is /metrics and /healthz.\n");
    }
  });
  server.listen(port, host);
  await once(server, "listening").catch((cause: Error) => {
    throw new Error(`METRICS_PORT: ${host}:${port} cannot be used (${cause.message})`, { cause });
  });
  log.info({ host, port }, "serving metrics");
  return async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
}

function answer(res: ServerResponse, status: number, contentType: string, text: string): void {
  res.writeHead(status, { "Content-Type": contentType, "Cache-Control": "no-store" }).end(text);
}
