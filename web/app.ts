import express, { type Express } from "express";
import { refuseUnknownHosts } from "./access/allowed-hosts.ts";
import { authenticate } from "./access/authenticate.ts";
import { limitWrites } from "./access/limit-writes.ts";
import { refuseCrossSite, requireCsrfToken } from "./access/refuse-forgery.ts";
import { createSessions } from "./access/sessions.ts";
import { createSignInFailures } from "./access/sign-in-failures.ts";
import { createVerifier } from "./access/verify.ts";
import { assetsPath, serveAssets } from "./assets.ts";
import { bullBoardPath } from "./bull-board-url.ts";
import type { WebDependencies } from "./dependencies.ts";
import { createTypeDescriptions } from "./describe-types.ts";
import { type Endpoint, mountEndpoints } from "./operation.ts";
import { answerProblems, refuseUnknownPath } from "./problem-response.ts";
import { limitQueryParameters, readForm, refuseCompressedBodies } from "./request-limits.ts";
import { observeRequests } from "./request-log.ts";
import { bullBoardRouter } from "./routes/bull-board.ts";
import { cancelRunsEndpoints } from "./routes/cancel-runs.ts";
import { mountDeadLetterPages } from "./routes/dead-letter-pages.ts";
import { deadLetterEndpoints } from "./routes/dead-letters.ts";
import { mountDocsPage } from "./routes/docs-page.ts";
import { mountFormPage } from "./routes/form-page.ts";
import { generateEndpoints } from "./routes/generate.ts";
import { healthEndpoints } from "./routes/health.ts";
import { metricsEndpoints } from "./routes/metrics.ts";
import { mountNewTypePage } from "./routes/new-type-page.ts";
import { openApiEndpoint } from "./routes/openapi.ts";
import { pipelineEndpoints } from "./routes/pipeline.ts";
import { mountPipelinePages } from "./routes/pipeline-pages.ts";
import { produceEndpoints } from "./routes/produce.ts";
import { replayEndpoints } from "./routes/replay.ts";
import { runControlEndpoints } from "./routes/run-control.ts";
import { runEventsEndpoints } from "./routes/run-events.ts";
import { mountRunListPages } from "./routes/run-list-pages.ts";
import { mountRunPages } from "./routes/run-pages.ts";
import { runRecordsEndpoints } from "./routes/run-records.ts";
import { runEndpoints } from "./routes/runs.ts";
import { mountSignIn } from "./routes/sign-in.ts";
import { mountTypePages } from "./routes/type-pages.ts";
import { typeEndpoints } from "./routes/types.ts";
import { secureHeaders } from "./security.ts";
import { refuseDoubledHeaders } from "./single-headers.ts";
import { traceRequests } from "./trace-requests.ts";
import { renderProblemPage } from "./views/problem-page.tsx";

/** The web service as an Express application; it opens nothing and closes nothing. */
export function createApp(deps: WebDependencies): Express {
  const app = express();
  app.disable("x-powered-by");
  const { http } = deps.config;
  if (http.trustedProxies.length > 0) app.set("trust proxy", [...http.trustedProxies]);
  const verifier = createVerifier(http.access);
  const sessions = createSessions(http.access);
  const failures = createSignInFailures(deps.signInFailures);

  // The cheapest and the most general first; the token of a form is in its body.
  app.use(observeRequests(deps.log, deps.metrics), secureHeaders());
  if (deps.tracing !== null) app.use(traceRequests(deps.tracing));
  app.use(refuseDoubledHeaders, refuseUnknownHosts(http), refuseCompressedBodies, limitQueryParameters);
  app.use(authenticate(verifier, sessions, failures), refuseCrossSite);
  if (deps.writes !== null) app.use(limitWrites(deps.writes));
  app.use(readForm(), requireCsrfToken);

  app.use(assetsPath, serveAssets());
  app.use(bullBoardPath, bullBoardRouter(deps));
  mountSignIn(app, http.access, { verifier, sessions, failures });
  mountFormPage(app, deps);
  mountRunListPages(app, deps);
  mountRunPages(app, deps);
  mountTypePages(app, deps);
  mountNewTypePage(app, deps);
  mountDeadLetterPages(app, deps);
  mountPipelinePages(app, deps);
  const served = endpoints(deps);
  const all = [...served, openApiEndpoint(served, http.access, createTypeDescriptions(deps.db, deps.log))];
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
    // In the order in which the documentation has them.
    ...runEndpoints(deps),
    ...runEventsEndpoints(deps),
    ...runRecordsEndpoints(deps),
    ...runControlEndpoints(deps),
    ...cancelRunsEndpoints(deps),
    ...typeEndpoints(deps),
    ...generateEndpoints(deps),
    ...produceEndpoints(deps),
    ...deadLetterEndpoints(deps),
    ...replayEndpoints(deps),
    ...pipelineEndpoints(deps),
    ...healthEndpoints(deps),
    ...metricsEndpoints(deps),
  ];
}
