import Type from "typebox";
import type { WebDependencies } from "../dependencies.ts";
import type { Endpoint, Operation } from "../http/operation.ts";

const operation: Operation = {
  id: "getMetrics",
  method: "get",
  path: "/metrics",
  tag: "Operation",
  summary: "Metrics",
  description:
    "Collected at each scrape. What needs a dependency that is down is left out, and `synthetic_scrape_up` says so.",
  responses: {
    200: { description: "Prometheus text format", content: { "text/plain": Type.String() } },
  },
  problems: [],
};

/** What Prometheus scrapes. */
export function metricsEndpoints({ metrics }: WebDependencies): Endpoint[] {
  return [
    {
      operation,
      handle: async (_req, res) => {
        res.set("Content-Type", metrics.contentType).send(await metrics.scrape());
      },
    },
  ];
}
