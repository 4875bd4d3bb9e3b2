import { checkBuiltInTopic } from "../ledger/types/topic-taken.ts";
import { runService } from "../service/run-service.ts";
import { serveMetrics } from "../service/serve-metrics.ts";
import { createApp } from "./app.ts";
import { listen, stopServer } from "./http/listen.ts";
import { openDependencies } from "./open-dependencies.ts";
import { bringTypesUpToDate } from "./types/bring-types-up-to-date.ts";

await runService("web", async ({ config, log, onClose, fail, registry, tracing }) => {
  const deps = openDependencies(config, log, onClose, { registry, tracing });
  const stopMetrics = await serveMetrics(config.metrics, deps.metrics.scrape, log);
  if (stopMetrics !== null) onClose("metrics", stopMetrics);
  const server = await listen(createApp(deps), config.http);
  onClose("http server", () => stopServer(server, config.shutdownTimeoutMs / 2));
  // Event streams have no end of their own; the server would wait for them.
  onClose("event streams", deps.runFeed.close);
  onClose("types", bringTypesUpToDate(deps.registry, log));
  const stopping = new AbortController();
  onClose("topic", () => stopping.abort());
  checkBuiltInTopic(deps.types, stopping.signal).catch(fail);
  log.info({ host: config.http.host, port: config.http.port }, "listening");
});
