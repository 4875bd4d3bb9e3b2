import express, { type Express } from "express";
import { refuseUnknownHosts } from "./access/allowed-hosts.ts";
import { authenticate } from "./access/authenticate.ts";
import { limitWrites } from "./access/limit-writes.ts";
import { refuseCrossSite, requireCsrfToken } from "./access/refuse-forgery.ts";
import { createSessions } from "./access/sessions.ts";
import { mountSignIn } from "./access/sign-in.ts";
import { createSignInFailures } from "./access/sign-in-failures.ts";
import { createVerifier } from "./access/verify.ts";
import { datasetAuditEndpoints } from "./datasets/audit-route.ts";
import { datasetControlEndpoints } from "./datasets/control-routes.ts";
import { mountDatasetPages } from "./datasets/dataset-page-routes.ts";
import { datasetEndpoints } from "./datasets/datasets-routes.ts";
import { mountNewDatasetPage } from "./datasets/new-dataset-routes.ts";
import { mountDeadLetterPages } from "./dead-letters/dead-letter-page-routes.ts";
import { deadLetterEndpoints } from "./dead-letters/dead-letters-routes.ts";
import { replayEndpoints } from "./dead-letters/replay-routes.ts";
import type { WebDependencies } from "./dependencies.ts";
import { healthEndpoints } from "./health/health-routes.ts";
import { metricsEndpoints } from "./health/metrics-route.ts";
import { type Endpoint, mountEndpoints } from "./http/operation.ts";
import { answerProblems, refuseUnknownPath } from "./http/problem-response.ts";
import { limitQueryParameters, readForm, refuseCompressedBodies } from "./http/request-limits.ts";
import { observeRequests } from "./http/request-log.ts";
import { secureHeaders } from "./http/security.ts";
import { refuseDoubledHeaders } from "./http/single-headers.ts";
import { traceRequests } from "./http/trace-requests.ts";
import { mountFormPage } from "./new-run/form-routes.ts";
import { createTypeDescriptions } from "./openapi/describe-types.ts";
import { mountDocsPage } from "./openapi/docs-routes.ts";
import { openApiEndpoint } from "./openapi/openapi-routes.ts";
import { assetsPath, serveAssets } from "./page/assets.ts";
import { renderProblemPage } from "./page/problem-page.tsx";
import { bullBoardRouter } from "./pipeline/bull-board.ts";
import { bullBoardPath } from "./pipeline/bull-board-url.ts";
import { mountPipelinePages } from "./pipeline/pipeline-page-routes.ts";
import { pipelineEndpoints } from "./pipeline/pipeline-routes.ts";
import { runRecordsEndpoints } from "./records/download-route.ts";
import { generateEndpoints } from "./records/generate-route.ts";
import { produceEndpoints } from "./records/produce-route.ts";
import { runControlEndpoints } from "./runs/control/control-routes.ts";
import { cancelRunsEndpoints } from "./runs/list/cancel-routes.ts";
import { mountRunListPages } from "./runs/list/list-routes.ts";
import { runEventsEndpoints } from "./runs/run-events.ts";
import { mountRunPages } from "./runs/run-page-routes.ts";
import { runEndpoints } from "./runs/runs-routes.ts";
import { mountNewTypePage } from "./types/register/new-type-routes.ts";
import { mountTypePages } from "./types/type-page-routes.ts";
import { typeEndpoints } from "./types/types-routes.ts";

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
  mountDatasetPages(app, deps);
  mountNewDatasetPage(app, deps);
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
    ...datasetEndpoints(deps),
    ...datasetControlEndpoints(deps),
    ...datasetAuditEndpoints(deps),
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
