import type { VNode } from "preact";
import type { RunPage } from "../../ledger/find-runs.ts";
import { isTerminal, type Run, type RunStatus, runStatuses } from "../../ledger/run.ts";
import type { SignedIn } from "../access/visitor.ts";
import { formatCount, formatDuration, formatMinute, formatRequested } from "./format.ts";
import { Page, renderPage } from "./layout.tsx";
import { runNumbers } from "./run-numbers.ts";
import { StatusBadge } from "./status-badge.tsx";

export interface RunsPageProps {
  readonly page: RunPage;
  readonly status: RunStatus | null;
  /** Whether this is the first page, the one with the newest runs. */
  readonly isFirst: boolean;
  readonly nowMs: number;
  readonly signedIn: SignedIn | null;
}

/** The list of runs, newest first. */
export function renderRunsPage({ page, status, isFirst, nowMs, signedIn }: RunsPageProps): string {
  const isLive = page.runs.some((run) => !isTerminal(run.status));
  return renderPage(
    <Page
      title="Runs"
      section="runs"
      signedIn={signedIn}
      script="runs.js"
      refreshSeconds={isLive ? 5 : undefined}
    >
      <h1>Runs</h1>
      <StatusFilter chosen={status} />
      <div data-runs data-live={isLive ? "true" : undefined}>
        {page.runs.length === 0 ? (
          <EmptyList status={status} isFirst={isFirst} />
        ) : (
          <RunTable runs={page.runs} nowMs={nowMs} />
        )}
        <Pager page={page} status={status} isFirst={isFirst} />
      </div>
    </Page>,
  );
}

function StatusFilter({ chosen }: { readonly chosen: RunStatus | null }): VNode {
  return (
    <nav class="filter" aria-label="Filter by status">
      {[null, ...runStatuses].map((status) => (
        <a href={listUrl(status, null)} aria-current={status === chosen ? "true" : undefined}>
          {status ?? "all"}
        </a>
      ))}
    </nav>
  );
}

function EmptyList({
  status,
  isFirst,
}: {
  readonly status: RunStatus | null;
  readonly isFirst: boolean;
}): VNode {
  return (
    <div class="empty">
      {status !== null ? <p>No {status} runs.</p> : null}
      {status === null && !isFirst ? <p>There are no older runs.</p> : null}
      {status === null && isFirst ? (
        <>
          <p>No run has been asked for yet.</p>
          <p>
            <a class="button" href="/">
              Start the first one
            </a>
          </p>
        </>
      ) : null}
    </div>
  );
}

function RunTable({ runs, nowMs }: { readonly runs: readonly Run[]; readonly nowMs: number }): VNode {
  return (
    <table class="runs">
      <thead>
        <tr>
          <th scope="col">Asked for (UTC)</th>
          <th scope="col">Status</th>
          <th scope="col" class="number">
            Requested
          </th>
          <th scope="col" class="number">
            Stored
          </th>
          <th scope="col" class="number">
            Flagged
          </th>
          <th scope="col" class="number">
            Dead letters
          </th>
          <th scope="col" class="number">
            Duration
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow run={run} nowMs={nowMs} />
        ))}
      </tbody>
    </table>
  );
}

function RunRow({ run, nowMs }: { readonly run: Run; readonly nowMs: number }): VNode {
  const { elapsedMs, accountedPercent } = runNumbers(run, nowMs);
  return (
    <tr>
      <th scope="row">
        <a href={`/runs/${run.id}`}>
          <time dateTime={run.createdAt.toISOString()}>{formatMinute(run.createdAt)}</time>
        </a>
        <code class="id">{run.id.slice(-12)}</code>
      </th>
      <td data-label="Status">
        <StatusBadge status={run.status} />
        {isTerminal(run.status) ? null : <span class="percent">{accountedPercent} %</span>}
      </td>
      <NumberCell label="Requested" value={formatRequested(run.requested)} />
      <NumberCell label="Stored" value={formatCount(run.stored)} />
      <NumberCell
        label="Flagged"
        value={formatCount(run.flagged)}
        tone={run.flagged > 0 ? "flagged" : "zero"}
      />
      <NumberCell
        label="Dead letters"
        value={formatCount(run.deadLettered)}
        tone={run.deadLettered > 0 ? "dead" : "zero"}
      />
      <NumberCell label="Duration" value={elapsedMs === null ? "–" : formatDuration(elapsedMs)} />
    </tr>
  );
}

interface NumberCellProps {
  readonly label: string;
  readonly value: string;
  readonly tone?: "zero" | "flagged" | "dead";
}

function NumberCell({ label, value, tone }: NumberCellProps): VNode {
  return (
    <td class="number" data-label={label} data-tone={tone}>
      {value}
    </td>
  );
}

function Pager({ page, status, isFirst }: Omit<RunsPageProps, "nowMs" | "signedIn">): VNode | null {
  if (isFirst && page.nextBefore === null) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {isFirst ? null : <a href={listUrl(status, null)}>← Newest</a>}
      {page.nextBefore === null ? null : (
        <a class="older" href={listUrl(status, page.nextBefore)} rel="next">
          Older →
        </a>
      )}
    </nav>
  );
}

function listUrl(status: RunStatus | null, before: string | null): string {
  const query = new URLSearchParams();
  if (status !== null) query.set("status", status);
  if (before !== null) query.set("before", before);
  return query.size === 0 ? "/runs" : `/runs?${query}`;
}
