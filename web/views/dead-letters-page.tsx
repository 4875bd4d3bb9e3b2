import type { VNode } from "preact";
import type { DeadLetter } from "../../ledger/dead-letters.ts";
import { remedyOf } from "../../records/mend.ts";
import type { SignedIn } from "../access/visitor.ts";
import { previewText } from "../schemas/dead-letter.ts";
import { CsrfInput } from "./csrf-input.tsx";
import { formatCount, formatMinute } from "./format.ts";
import { Page, renderPage } from "./layout.tsx";

export interface DeadLetterPageFilter {
  readonly reason: string | null;
  readonly runId: string | null;
}

export interface DeadLettersPageProps {
  readonly deadLetters: readonly DeadLetter[];
  readonly nextBefore: number | null;
  /** By reason, of the run where one is chosen. */
  readonly counts: readonly { readonly reason: string; readonly count: number }[];
  readonly filter: DeadLetterPageFilter;
  readonly isFirst: boolean;
  /** How many were just sent again. */
  readonly sent: number | null;
  /** How many were to be patched just now, and no rule mends. */
  readonly skipped: number | null;
  readonly csrfToken: string;
  readonly signedIn: SignedIn | null;
}

/** What could not become a row and has not been made one since. */
export function renderDeadLettersPage(props: DeadLettersPageProps): string {
  const { deadLetters, filter, sent, skipped } = props;
  return renderPage(
    <Page title="Dead letters" section="dead-letters" signedIn={props.signedIn}>
      <h1>Dead letters</h1>
      <p class="lede">
        Messages that could not become rows, kept as they came. Once the cause is gone, send them again; those
        that become rows leave this list, and their run's ledger counts them as stored.
      </p>
      {sent === null ? null : (
        <p class="notice" role="status">
          {formatCount(sent)} sent again. What cannot become a row this time comes back with the newest
          reason.
          {skipped === null || skipped === 0
            ? null
            : ` ${formatCount(skipped)} not sent, since no rule mends them.`}
        </p>
      )}
      {filter.runId === null ? null : (
        <p>
          Of the run <a href={`/runs/${filter.runId}`}>{filter.runId}</a>.{" "}
          <a href={deadLettersUrl({ ...filter, runId: null })}>Of all runs</a>
        </p>
      )}
      <ReasonFilter {...props} />
      {deadLetters.length === 0 ? (
        <div class="empty">
          <p>Nothing here: every message became a row.</p>
        </div>
      ) : (
        <>
          <ReplayForms filter={filter} csrfToken={props.csrfToken} />
          <LetterTable deadLetters={deadLetters} />
        </>
      )}
      <Pager {...props} />
    </Page>,
  );
}

/** The page under a filter. */
export function deadLettersUrl(
  filter: DeadLetterPageFilter,
  further: { readonly before?: number; readonly sent?: number; readonly skipped?: number } = {},
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filter, ...further })) {
    if (value !== null) query.set(name, String(value));
  }
  return query.size === 0 ? "/dead-letters" : `/dead-letters?${query}`;
}

function ReasonFilter({ counts, filter }: DeadLettersPageProps): VNode | null {
  if (counts.length === 0) return null;
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return (
    <nav class="filter" aria-label="Filter by reason">
      {[{ reason: null, count: total }, ...counts].map(({ reason, count }) => (
        <a
          href={deadLettersUrl({ ...filter, reason })}
          aria-current={reason === filter.reason ? "true" : undefined}
        >
          {reason === null ? "all" : words(reason)} {formatCount(count)}
        </a>
      ))}
    </nav>
  );
}

interface ReplayFormProps {
  readonly filter: DeadLetterPageFilter;
  readonly csrfToken: string;
}

function ReplayForms({ filter, csrfToken }: ReplayFormProps): VNode {
  const which = filter.reason === null && filter.runId === null ? "all" : "these";
  const remedy = filter.reason === null ? "any" : remedyOf(filter.reason);
  return (
    <div class="replay">
      <form method="post" action="/dead-letters/replay">
        <ReplayFields filter={filter} csrfToken={csrfToken} />
        <button type="submit" class="quiet">
          Send {which} again
        </button>
      </form>
      {remedy === "none" ? null : (
        <details class="confirm">
          <summary class="button quiet">Mend and send…</summary>
          <form method="post" action="/dead-letters/replay">
            <ReplayFields filter={filter} csrfToken={csrfToken} />
            <input type="hidden" name="patch" value="true" />
            {remedy === "identity" ? null : (
              <p>Bytes that are no text become �, and characters that PostgreSQL refuses are taken out.</p>
            )}
            {remedy === "text" ? null : (
              <p>What claims a place in a run that it cannot have becomes another producer's record.</p>
            )}
            <p>What no rule mends is not sent. A dead letter keeps the bytes that came.</p>
            <button type="submit">Mend and send {which}</button>
          </form>
        </details>
      )}
    </div>
  );
}

function ReplayFields({ filter, csrfToken }: ReplayFormProps): VNode {
  return (
    <>
      <CsrfInput token={csrfToken} />
      {filter.reason === null ? null : <input type="hidden" name="reason" value={filter.reason} />}
      {filter.runId === null ? null : <input type="hidden" name="runId" value={filter.runId} />}
      {filter.reason === null && filter.runId === null ? (
        <input type="hidden" name="all" value="true" />
      ) : null}
    </>
  );
}

function LetterTable({ deadLetters }: { readonly deadLetters: readonly DeadLetter[] }): VNode {
  return (
    <table class="letters">
      <thead>
        <tr>
          <th scope="col">Message</th>
          <th scope="col">Why it is no row</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {deadLetters.map((letter) => (
          <tr>
            <td class="payload">
              <Payload payload={letter.payload} />
            </td>
            <td>
              {letter.detail}
              <span class="note">
                {words(letter.reason)}
                {letter.replays > 0 ? `, sent again ${formatCount(letter.replays)}×` : ""}
              </span>
            </td>
            <td>
              {letter.runId === null ? (
                "another producer"
              ) : (
                <a href={`/runs/${letter.runId}`}>
                  record {letter.seq === null ? "" : formatCount(letter.seq)}
                </a>
              )}
              <span class="note">
                partition {letter.partition}, offset {letter.offset}
              </span>
              <time class="note" dateTime={letter.createdAt.toISOString()}>
                {formatMinute(letter.createdAt)} UTC
              </time>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Payload({ payload }: { readonly payload: Buffer | null }): VNode {
  if (payload === null) return <span class="note">no value</span>;
  if (payload.length === 0) return <span class="note">empty</span>;
  const text = previewText(payload);
  return text === null ? (
    <>
      <code>{payload.subarray(0, 48).toString("hex")}</code>
      <span class="note">{formatCount(payload.length)} bytes, no text</span>
    </>
  ) : (
    <code>{text}</code>
  );
}

function Pager({ nextBefore, isFirst, filter }: DeadLettersPageProps): VNode | null {
  if (isFirst && nextBefore === null) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {isFirst ? null : <a href={deadLettersUrl(filter)}>← Newest</a>}
      {nextBefore === null ? null : (
        <a class="older" href={deadLettersUrl(filter, { before: nextBefore })} rel="next">
          Older →
        </a>
      )}
    </nav>
  );
}

const words = (reason: string): string => reason.replaceAll("_", " ");
