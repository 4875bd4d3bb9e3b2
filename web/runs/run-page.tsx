import type { VNode } from "preact";
import { isTerminal, type Run } from "../../ledger/runs/run.ts";
import type { SignedIn } from "../access/visitor.ts";
import { CodeBlock } from "../page/code-block.tsx";
import { curlCommand } from "../page/curl.ts";
import { formatCount, formatDuration, formatInstant, formatRunTitle } from "../page/format.ts";
import { Page, renderPage } from "../page/layout.tsx";
import { StatusBadge } from "../page/status-badge.tsx";
import { queuePath } from "../pipeline/bull-board-url.ts";
import { describePause } from "../pipeline/paused-queues.ts";
import { ChunkSection } from "./chunk-table.tsx";
import { hasRateToChange, type RateEntry, RateFact, RateForm } from "./control/rate-control.tsx";
import { RunActions } from "./control/run-actions.tsx";
import { LedgerTable } from "./ledger-table.tsx";
import { runRequestOf } from "./request/run-request.ts";
import { RequestFacts } from "./request-facts.tsx";
import { RowSection } from "./row-sample.tsx";
import { runAgainUrl } from "./run-again.ts";
import { RunChart } from "./run-chart.tsx";
import type { RunDetails } from "./run-details.ts";
import { type RunNumbers, runNumbers } from "./run-numbers.ts";
import { RunProgress } from "./run-progress.tsx";

export interface RunPageProps {
  readonly run: Run;
  readonly details: RunDetails;
  readonly nowMs: number;
  /** Where the service is reached, for commands that a person copies. */
  readonly baseUrl: string;
  readonly csrfToken: string;
  readonly signedIn: SignedIn | null;
  /** Why a command was refused. */
  readonly notice: string | null;
  /** What stands in the form for another rate; null where the form is not asked for. */
  readonly rateEntry: RateEntry | null;
}

/** One run: how far it is, its ledger, its history, and what can be done with it. */
export function renderRunPage(props: RunPageProps): string {
  const { run, details, nowMs, baseUrl, notice } = props;
  const numbers = runNumbers(run, nowMs);
  const live = !isTerminal(run.status);
  const isEdited = props.rateEntry !== null && hasRateToChange(run);
  return renderPage(
    <Page
      title={run.requested === null ? "Endless run" : `Run of ${formatCount(run.requested)}`}
      section="runs"
      signedIn={props.signedIn}
      script="run.js"
      refreshSeconds={live && !isEdited ? 2 : undefined}
    >
      {notice === null ? null : (
        <p class="notice error" role="alert">
          {notice}
        </p>
      )}
      {details.view.changed === "rate" && hasRateToChange(run) ? (
        <p class="notice" role="status">
          The rate is {formatCount(run.pace.rate)} a second now.
        </p>
      ) : null}
      <div data-run={run.id} data-live={live ? "true" : undefined} data-requested={run.requested}>
        <header class="run-head">
          <div>
            <h1>
              {formatRunTitle(run)} <StatusBadge status={run.status} />
            </h1>
            <p class="meta">
              <time dateTime={run.createdAt.toISOString()}>{formatInstant(run.createdAt)}</time>
              <code class="id">{run.id}</code>
            </p>
          </div>
          <RunActions run={run} csrfToken={props.csrfToken} />
        </header>
        {run.error === null ? null : (
          <p class="notice error">
            <strong>The run failed.</strong> {run.error}
          </p>
        )}
        <div data-part="paused-queues">
          {details.pausedQueues.map((queue) => (
            <p class="notice paused" role="status">
              {describePause(queue)} <a href={queuePath(queue)}>Resume it there</a>
            </p>
          ))}
        </div>
        <p class="notice lost" role="status" data-stream-lost hidden />
        <RunProgress run={run} numbers={numbers} />
        <div class="run-body">
          <section aria-labelledby="ledger-title">
            <h2 id="ledger-title">Ledger</h2>
            <LedgerTable run={run} numbers={numbers} />
            {run.deadLettered > 0 ? (
              <p class="hint">
                <a href={`/dead-letters?runId=${run.id}`}>The dead letters and their reasons</a>
              </p>
            ) : null}
          </section>
          <section id="pace" aria-labelledby="pace-title">
            <h2 id="pace-title">Pace</h2>
            <Pace run={run} numbers={numbers} isEdited={isEdited} />
            {props.rateEntry !== null && hasRateToChange(run) ? (
              <RateForm run={run} csrfToken={props.csrfToken} entry={props.rateEntry} />
            ) : null}
            <h2>Request</h2>
            <RequestFacts run={run} />
            {run.datasetId === null ? <RunAgain run={run} /> : null}
            <Elsewhere links={details.links} />
          </section>
        </div>
        <RunChart history={details.history} live={live} />
        <RowSection run={run} details={details} />
        <ChunkSection run={run} details={details} />
        {run.datasetId === null ? (
          <CodeBlock label="The same run by curl" text={curlOf(run, baseUrl)} />
        ) : null}
      </div>
    </Page>,
  );
}

const RunAgain = ({ run }: { readonly run: Run }): VNode => (
  <p class="actions">
    <a class="button quiet" href={runAgainUrl(run, "same")}>
      Run again with this seed
    </a>
    <a class="button quiet" href={runAgainUrl(run, "new")}>
      Run again with a new seed
    </a>
  </p>
);

function Elsewhere({ links }: Pick<RunDetails, "links">): VNode {
  return (
    <p class="elsewhere">
      See also <a href={links.job}>its job</a>
      {links.dagRun === null ? null : (
        <>
          , <a href={links.dagRun}>its DAG run in Airflow</a>
        </>
      )}
      {links.dashboard === null ? null : (
        <>
          , <a href={links.dashboard}>its dashboard</a>
        </>
      )}
    </p>
  );
}

interface PaceProps {
  readonly run: Run;
  readonly numbers: RunNumbers;
  readonly isEdited: boolean;
}

function Pace({ run, numbers, isEdited }: PaceProps): VNode {
  const { recordsPerSecond, elapsedMs, outstanding } = numbers;
  const isRunning = run.status === "running";
  const leftMs = isRunning && recordsPerSecond !== null ? (outstanding / recordsPerSecond) * 1000 : null;
  const left =
    run.requested === null
      ? "when it is cancelled"
      : leftMs === null
        ? "–"
        : `about ${formatDuration(leftMs)}`;
  return (
    <dl class="facts">
      <dt>Throughput</dt>
      <dd data-pace="rate">
        {recordsPerSecond === null ? "–" : `${formatCount(Math.round(recordsPerSecond))} /s`}
      </dd>
      <RateFact run={run} isEdited={isEdited} />
      <dt>{isTerminal(run.status) ? "Took" : "Running for"}</dt>
      <dd data-pace="elapsed" data-started={run.startedAt?.toISOString()}>
        {elapsedMs === null ? "–" : formatDuration(elapsedMs)}
      </dd>
      {isTerminal(run.status) ? null : (
        <>
          <dt>{run.requested === null ? "Ends" : "Left"}</dt>
          <dd data-pace={run.requested === null ? undefined : "left"}>{left}</dd>
        </>
      )}
    </dl>
  );
}

function curlOf(run: Run, baseUrl: string): string {
  return curlCommand({
    method: "post",
    url: `${baseUrl}/api/runs`,
    body: runRequestOf(run),
  });
}
