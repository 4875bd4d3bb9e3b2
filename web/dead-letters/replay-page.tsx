import type { VNode } from "preact";
import type { SignedIn } from "../access/visitor.ts";
import { CsrfInput } from "../page/csrf-input.tsx";
import { formatCount } from "../page/format.ts";
import { Page, renderPage } from "../page/layout.tsx";
import { reasonWords } from "./dead-letter-reasons.ts";
import { deadLettersUrl, type LetterFilter } from "./dead-letters-url.ts";
import { ForecastList } from "./forecast.tsx";
import { OfOneRun, SentNotice, type SentNoticeProps } from "./letter-notices.tsx";
import type { Replay } from "./replay.ts";

/** Which letters; `ids` are some that were ticked. */
export interface ReplayChoice extends LetterFilter {
  readonly ids: readonly number[] | null;
  readonly before: number | null;
}

export interface ReplayPageProps {
  readonly choice: ReplayChoice;
  readonly asTheyCame: Replay;
  /** Null where no rule mends letters of this reason. */
  readonly mended: Replay | null;
  readonly notice: SentNoticeProps;
  readonly csrfToken: string;
  readonly signedIn: SignedIn | null;
}

/** What sending letters again would do, before it is done. */
export function renderReplayPage(props: ReplayPageProps): string {
  const { choice, asTheyCame, mended, notice } = props;
  const total = asTheyCame.ids.length;
  return renderPage(
    <Page title="Send dead letters again" section="dead-letters" signedIn={props.signedIn}>
      <p class="overline">
        <a href={deadLettersUrl(choice)}>Dead letters</a>
      </p>
      <h1>
        {total === 0
          ? "Nothing to send"
          : `Send ${formatCount(total)} dead ${total === 1 ? "letter" : "letters"} again`}
      </h1>
      <p class="lede">
        {choice.reason === null ? "" : `${reasonWords(choice.reason).title}. `}
        {total === 0
          ? "None that are meant here are left unresolved."
          : "A dry run: nothing has been sent. This is what the consumer's own checks say of each."}
      </p>
      <SentNotice {...notice} />
      <OfOneRun runId={choice.runId} reason={choice.reason} />
      {asTheyCame.nextBefore === null ? null : (
        <p class="hint">
          The newest {formatCount(total)} of {formatCount(asTheyCame.matched)}
          {choice.before === null ? "" : " that are older than those just sent"}. Once they are sent, this
          page goes on with older ones.
        </p>
      )}
      {total === 0 ? (
        <p class="actions">
          <a class="button quiet" href={deadLettersUrl({ ...choice, reason: null })}>
            All dead letters
          </a>
        </p>
      ) : (
        <div class="ways">
          <Way {...props} outcome={asTheyCame} patch={false} isBest={rowsOf(asTheyCame) >= rowsOf(mended)} />
          {mended === null ? null : (
            <Way {...props} outcome={mended} patch={true} isBest={rowsOf(mended) > rowsOf(asTheyCame)} />
          )}
        </div>
      )}
    </Page>,
  );
}

const caution =
  " Of letters whose place in a run is taken, copies of records that are there already may become rows: give a reason to leave them out.";

const rowsOf = (replay: Replay | null): number => replay?.forecast?.rows ?? 0;

interface WayProps extends ReplayPageProps {
  readonly outcome: Replay;
  readonly patch: boolean;
  /** Whether more would become rows than the other way. */
  readonly isBest: boolean;
}

function Way({ choice, outcome, patch, isBest, csrfToken }: WayProps): VNode {
  const count = outcome.ids.length;
  return (
    <section class="way" data-way={patch ? "mended" : "as-it-came"}>
      <h2>{patch ? "Mended" : "As they came"}</h2>
      <p class="hint">
        {patch
          ? `Each by the rule of its reason. The dead letter keeps the bytes that came; the row has the mended ones.${choice.reason === null ? caution : ""}`
          : "Byte for byte, with the same headers. Right where the cause was outside the message."}
      </p>
      {outcome.forecast === null ? null : (
        <ForecastList forecast={outcome.forecast} skipped={outcome.skippedIds.length} />
      )}
      {count === 0 ? null : (
        <form method="post" action="/dead-letters/replay">
          <CsrfInput token={csrfToken} />
          <ChoiceFields choice={choice} />
          {patch ? <input type="hidden" name="patch" value="true" /> : null}
          <button type="submit" class={isBest && rowsOf(outcome) > 0 ? undefined : "quiet"}>
            {patch ? "Mend and send" : "Send"} {formatCount(count)}
            {patch ? "" : " as they came"}
          </button>
        </form>
      )}
    </section>
  );
}

function ChoiceFields({ choice }: { readonly choice: ReplayChoice }): VNode {
  const { reason, runId, ids, before } = choice;
  return (
    <>
      {ids?.map((id) => (
        <input type="hidden" name="ids" value={id} />
      ))}
      {reason === null ? null : <input type="hidden" name="reason" value={reason} />}
      {runId === null ? null : <input type="hidden" name="runId" value={runId} />}
      {before === null ? null : <input type="hidden" name="before" value={before} />}
      {reason === null && runId === null && ids === null ? (
        <input type="hidden" name="all" value="true" />
      ) : null}
    </>
  );
}
