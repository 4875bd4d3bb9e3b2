import type { VNode } from "preact";
import type { ReasonSummary } from "../../ledger/dead-letters/dead-letters.ts";
import type { SignedIn } from "../access/visitor.ts";
import { formatCount, formatMinute } from "../page/format.ts";
import { Page, renderPage } from "../page/layout.tsx";
import { reasonWords } from "./dead-letter-reasons.ts";
import { deadLettersUrl, deadLetterUrl, replayUrl } from "./dead-letters-url.ts";
import { OfOneRun, SentNotice, type SentNoticeProps } from "./letter-notices.tsx";

export interface DeadLettersPageProps {
  readonly summary: readonly ReasonSummary[];
  /** The run whose dead letters these are; null for those of all runs, and of other producers. */
  readonly runId: string | null;
  readonly notice: SentNoticeProps;
  readonly signedIn: SignedIn | null;
}

/** What could not become a row and has not been made one since, by reason. */
export function renderDeadLettersPage({ summary, runId, notice, signedIn }: DeadLettersPageProps): string {
  const total = summary.reduce((sum, { count }) => sum + count, 0);
  return renderPage(
    <Page title="Dead letters" section="dead-letters" signedIn={signedIn}>
      <h1>Dead letters</h1>
      <p class="lede">
        Messages that could not become rows, kept as they came. Once the cause is gone, send them again; those
        that become rows leave this list, and their run's ledger counts them as stored.
      </p>
      <SentNotice {...notice} />
      <OfOneRun runId={runId} />
      {summary.length === 0 ? (
        <div class="empty">
          <p>Nothing here: every message became a row.</p>
        </div>
      ) : (
        <>
          <ReasonTable summary={summary} runId={runId} />
          <p class="actions">
            <a class="button quiet" href={replayUrl({ reason: null, runId })}>
              Send all {formatCount(total)} again…
            </a>
          </p>
        </>
      )}
    </Page>,
  );
}

function ReasonTable({ summary, runId }: Pick<DeadLettersPageProps, "summary" | "runId">): VNode {
  return (
    <table class="reasons">
      <thead>
        <tr>
          <th scope="col">Reason</th>
          <th scope="col" class="number">
            Letters
          </th>
          <th scope="col">What can be done</th>
          <th scope="col">Newest (UTC)</th>
          <th scope="col">
            <span class="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {summary.map(({ reason, count, latestId, latestAt }) => {
          const { title, meaning, remedy } = reasonWords(reason);
          return (
            <tr data-reason={reason}>
              <th scope="row">
                <a href={deadLettersUrl({ reason, runId })}>{title}</a>
                <span class="note">{meaning}</span>
              </th>
              <td class="number" data-label="Letters">
                {formatCount(count)}
              </td>
              <td data-label="What can be done">{remedy}</td>
              <td class="when" data-label="Newest (UTC)">
                <a href={deadLetterUrl(latestId)}>
                  <time dateTime={latestAt.toISOString()}>{formatMinute(latestAt)}</time>
                </a>
              </td>
              <td class="act">
                <a class="button quiet" href={replayUrl({ reason, runId })}>
                  Send again…
                  <span class="visually-hidden"> ({title})</span>
                </a>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
