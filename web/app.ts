import express, { type Express } from "express";
import { assetsPath, serveAssets } from "./assets.ts";
import { authenticate } from "./authenticate.ts";
import type { WebDependencies } from "./dependencies.ts";
import { type Endpoint, mountEndpoints } from "./operation.ts";
import { answerProblems, refuseUnknownPath } from "./problem-response.ts";
import { observeRequests } from "./request-log.ts";
import { bullBoardPath, bullBoardRouter } from "./routes/bull-board.ts";
import { mountDeadLetterPages } from "./routes/dead-letter-pages.ts";
import { deadLetterEndpoints } from "./routes/dead-letters.ts";
import { mountDocsPage } from "./routes/docs-page.ts";
import { mountFormPage } from "./routes/form-page.ts";
import { generateEndpoints } from "./routes/generate.ts";
import { healthEndpoints } from "./routes/health.ts";
import { metricsEndpoints } from "./routes/metrics.ts";
import { openApiEndpoint } from "./routes/openapi.ts";
import { produceEndpoints } from "./routes/produce.ts";
import { replayEndpoints } from "./routes/replay.ts";
import { runControlEndpoints } from "./routes/run-control.ts";
import { runEventsEndpoints } from "./routes/run-events.ts";
import { mountRunPages } from "./routes/run-pages.ts";
import { runEndpoints } from "./routes/runs.ts";
import { refuseCrossSite, secureHeaders } from "./security.ts";
import { renderProblemPage } from "./views/problem-page.tsx";

/** The web service as an Express application; it opens nothing and closes nothing. */
export function createApp(deps: WebDependencies): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(observeRequests(deps.log, deps.metrics), secureHeaders());
  const { credentials } = deps.config.http;
  if (credentials !== null) app.use(authenticate(credentials, ["/healthz"]));
  app.use(refuseCrossSite);

  app.use(assetsPath, serveAssets());
  app.use(bullBoardPath, bullBoardRouter(deps));
  mountFormPage(app, deps);
  mountRunPages(app, deps);
  mountDeadLetterPages(app, deps);
  const served = endpoints(deps);
  const all = [...served, openApiEndpoint(served)];
  mountEndpoints(app, all);
  mountDocsPage(
    app,
    deps,
    all.map((endpoint) => endpoint.operation),
  );

  app.use(refuseUnknownPath);
  app.use(answerProblems(deps.log, renderProblemPage));
  return app;
}

function endpoints(deps: WebDependencies): Endpoint[] {
  return [
    ...runEndpoints(deps),
    ...runEventsEndpoints(deps),
    ...runControlEndpoints(deps),
    ...generateEndpoints(deps),
    ...produceEndpoints(deps),
    ...deadLetterEndpoints(deps),
    ...replayEndpoints(deps),
    ...healthEndpoints(deps),
    ...metricsEndpoints(deps),
  ];
}
