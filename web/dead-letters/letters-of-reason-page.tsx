import type { VNode } from "preact";
import { beginningBytes, type DeadLetterLine } from "../../ledger/dead-letters/dead-letters.ts";
import type { SignedIn } from "../access/visitor.ts";
import { formatCount, formatMinute } from "../page/format.ts";
import { Page, renderPage } from "../page/layout.tsx";
import { Beginning, SafeText } from "../page/raw-bytes.tsx";
import { withoutCutCharacter } from "../page/raw-text.ts";
import { reasonWords } from "./dead-letter-reasons.ts";
import { deadLettersUrl, deadLetterUrl, replayUrl } from "./dead-letters-url.ts";
import { OfOneRun, SentNotice, type SentNoticeProps } from "./letter-notices.tsx";

export interface LettersOfReasonProps {
  readonly reason: string;
  readonly runId: string | null;
  /** On all pages. */
  readonly count: number;
  readonly lines: readonly DeadLetterLine[];
  readonly nextBefore: number | null;
  readonly isFirst: boolean;
  /** Whether the button was pressed with nothing ticked. */
  readonly noneChosen: boolean;
  readonly notice: SentNoticeProps;
  readonly signedIn: SignedIn | null;
}

/** Dead letters of one reason, to look into, and to choose those that are sent again. */
export function renderLettersOfReasonPage(props: LettersOfReasonProps): string {
  const { reason, runId, count, lines } = props;
  const { title, meaning, remedy } = reasonWords(reason);
  return renderPage(
    <Page title={`Dead letters: ${title}`} section="dead-letters" signedIn={props.signedIn}>
      <p class="overline">
        <a href={deadLettersUrl({ reason: null, runId })}>Dead letters</a>
      </p>
      <h1>
        {title} <span class="badge">{formatCount(count)}</span>
      </h1>
      <p class="lede">
        {meaning} {remedy}
      </p>
      <SentNotice {...props.notice} />
      {props.noneChosen ? (
        <p class="notice error" role="alert">
          No letter was ticked. Tick those that are to be sent again.
        </p>
      ) : null}
      <OfOneRun runId={runId} reason={reason} />
      {lines.length === 0 ? (
        <div class="empty">
          <p>{props.isFirst ? "None of this reason are left." : "There are no older ones."}</p>
        </div>
      ) : (
        <form method="get" action="/dead-letters/replay">
          <input type="hidden" name="chosen" value="true" />
          <input type="hidden" name="reason" value={reason} />
          {runId === null ? null : <input type="hidden" name="runId" value={runId} />}
          <div class="replay">
            <button type="submit" class="quiet">
              Send the ticked again…
            </button>
            <a class="button quiet" href={replayUrl({ reason, runId })}>
              Send all {formatCount(count)} again…
            </a>
            <button type="button" class="link" data-tick="ids" hidden>
              Tick all on this page
            </button>
          </div>
          <LetterTable lines={lines} />
        </form>
      )}
      <Pager {...props} />
    </Page>,
  );
}

function LetterTable({ lines }: { readonly lines: readonly DeadLetterLine[] }): VNode {
  return (
    <table class="letters">
      <thead>
        <tr>
          <th scope="col">
            <span class="visually-hidden">Send again</span>
          </th>
          <th scope="col">Message</th>
          <th scope="col">What is wrong</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr>
            <td class="tick">
              <input
                type="checkbox"
                name="ids"
                value={line.id}
                aria-label={`Letter ${formatCount(line.id)}`}
              />
            </td>
            <td class="payload">
              <a class="letter-link" href={deadLetterUrl(line.id)}>
                Letter {formatCount(line.id)}
              </a>
              <Payload line={line} />
            </td>
            <td>
              <SafeText text={line.detail} />
              {line.replays > 0 ? <span class="note">sent again {formatCount(line.replays)}×</span> : null}
            </td>
            <td class="origin">
              {line.runId === null ? (
                "another producer"
              ) : (
                <a href={`/runs/${line.runId}`}>record {line.seq === null ? "" : formatCount(line.seq)}</a>
              )}
              {line.runType === null ? null : <span class="note">of {line.runType}</span>}
              <span class="note">
                partition {line.partition}, offset {line.offset}
              </span>
              <time class="note" dateTime={line.createdAt.toISOString()}>
                {formatMinute(line.createdAt)} UTC
              </time>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Payload({ line: { size, beginning } }: { readonly line: DeadLetterLine }): VNode {
  if (size === null || beginning === null) return <span class="note">no value</span>;
  if (size === 0) return <span class="note">empty</span>;
  return (
    <>
      <code>
        <Beginning bytes={size > beginningBytes ? withoutCutCharacter(beginning) : beginning} />
        {size > beginningBytes ? "…" : null}
      </code>
      {size > beginningBytes ? <span class="note">{formatCount(size)} bytes</span> : null}
    </>
  );
}

function Pager({ nextBefore, isFirst, reason, runId }: LettersOfReasonProps): VNode | null {
  if (isFirst && nextBefore === null) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {isFirst ? null : <a href={deadLettersUrl({ reason, runId })}>← Newest</a>}
      {nextBefore === null ? null : (
        <a class="older" href={deadLettersUrl({ reason, runId }, { before: nextBefore })} rel="next">
          Older →
        </a>
      )}
    </nav>
  );
}
