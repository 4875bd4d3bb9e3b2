import type { VNode } from "preact";
import type { DeadLetter } from "../../ledger/dead-letters/dead-letters.ts";
import { locateFault } from "../../records/locate-fault.ts";
import type { SignedIn } from "../access/visitor.ts";
import { CsrfInput } from "../page/csrf-input.tsx";
import { formatCount, formatInstant } from "../page/format.ts";
import { Page, renderPage } from "../page/layout.tsx";
import { Beginning, RawBytes, SafeText } from "../page/raw-bytes.tsx";
import { kafkaUiMessageUrl } from "../pipeline/kafka-ui-url.ts";
import { messagesUrl } from "../pipeline/pipeline-urls.ts";
import { canBeMended, reasonWords } from "./dead-letter-reasons.ts";
import { deadLettersUrl } from "./dead-letters-url.ts";
import { PredictionText } from "./forecast.tsx";
import type { Prediction } from "./predict-replay.ts";

export interface DeadLetterPageProps {
  readonly letter: DeadLetter;
  /** The type of its run's records; null where there is no such run. */
  readonly runType: string | null;
  /** What would become of it as it came, and mended; null where no rule mends it, or where it is no message. */
  readonly predicted: { readonly asItCame: Prediction | null; readonly mended: Prediction | null };
  /** How often it had been sent again when it was sent last; null where it has not been sent just now. */
  readonly sentAfter: number | null;
  readonly kafkaUiUrl: string | null;
  readonly csrfToken: string;
  readonly signedIn: SignedIn | null;
}

/** Seconds between two looks at a letter that has just been sent. */
const waitSeconds = 1;

/** One dead letter: what is wrong with it, what it is, where it came from, and what can be done. */
export function renderDeadLetterPage(props: DeadLetterPageProps): string {
  const { letter, sentAfter } = props;
  const { title, meaning } = reasonWords(letter.reason);
  const isUnderWay = sentAfter !== null && letter.replays <= sentAfter && letter.resolvedAt === null;
  return renderPage(
    <Page
      title={`Dead letter ${letter.id}`}
      section="dead-letters"
      signedIn={props.signedIn}
      script="live.js"
      refreshSeconds={isUnderWay ? 2 : undefined}
    >
      <div id="letter" data-live-seconds={isUnderWay ? waitSeconds : undefined}>
        <p class="overline">
          <a href={deadLettersUrl({ reason: null, runId: null })}>Dead letters</a> ·{" "}
          <a href={deadLettersUrl({ reason: letter.reason, runId: null })}>{title}</a>
        </p>
        <h1>
          Dead letter {formatCount(letter.id)}{" "}
          {letter.resolvedAt === null ? null : (
            <span class="badge" data-status="completed">
              became a row
            </span>
          )}
        </h1>
        <SentState letter={letter} isUnderWay={isUnderWay} wasSent={sentAfter !== null} />
        <section class="wrong">
          <h2>What is wrong</h2>
          <p>
            <strong>{title}.</strong> {meaning}
          </p>
          <p class="detail">
            <SafeText text={letter.detail} />
          </p>
        </section>
        <section>
          <h2>The message</h2>
          <Value letter={letter} />
          <Headers letter={letter} />
        </section>
        <section>
          <h2>Where it came from</h2>
          <Origin letter={letter} runType={props.runType} kafkaUiUrl={props.kafkaUiUrl} />
        </section>
        {letter.resolvedAt === null ? (
          <section>
            <h2>Send it again</h2>
            <SendAgain {...props} />
          </section>
        ) : null}
      </div>
    </Page>,
  );
}

function SentState({
  letter,
  isUnderWay,
  wasSent,
}: {
  readonly letter: DeadLetter;
  readonly isUnderWay: boolean;
  readonly wasSent: boolean;
}): VNode | null {
  if (letter.resolvedAt !== null) {
    return (
      <p class="notice" role="status">
        A replay of it became a row on {formatInstant(letter.resolvedAt)}. The dead letter is kept as it came.
      </p>
    );
  }
  if (isUnderWay) {
    return (
      <p class="notice" role="status">
        Sent again. No consumer has stored it yet…
      </p>
    );
  }
  return wasSent ? (
    <p class="notice error" role="status">
      Sent again, and it could not become a row this time either.
    </p>
  ) : null;
}

function Value({ letter }: { readonly letter: DeadLetter }): VNode {
  const { payload } = letter;
  if (payload === null) return <p class="note">It has no value.</p>;
  if (payload.length === 0) return <p class="note">Its value is empty: no bytes.</p>;
  const fault = letter.resolvedAt === null ? locateFault(letter.reason, payload) : null;
  return (
    <>
      <p class="note">
        Value, {formatCount(payload.length)} {payload.length === 1 ? "byte" : "bytes"} ·{" "}
        <a href={`/dead-letters/${letter.id}/value`} download>
          Download as it is
        </a>
      </p>
      <RawBytes bytes={payload} fault={fault} />
    </>
  );
}

/** Reasons whose fault is in the headers, and in which. */
const faultyHeaders: Readonly<Record<string, readonly string[]>> = {
  unknown_run: ["run_id"],
  sequence_out_of_range: ["seq"],
  identity_conflict: ["run_id", "seq"],
};

/** The detail of invalid headers begins with the name of the header that is wrong. */
function isFaulty(letter: DeadLetter, name: string): boolean {
  if (letter.reason === "invalid_headers") return letter.detail.startsWith(`header ${name} `);
  return faultyHeaders[letter.reason]?.includes(name) ?? false;
}

function Headers({ letter }: { readonly letter: DeadLetter }): VNode {
  const headers = Object.entries(letter.headers).flatMap(([name, values]) =>
    values.map((value) => ({ name, value: Buffer.from(value, "base64") })),
  );
  if (headers.length === 0 && letter.key === null) return <p class="note">It has neither key nor headers.</p>;
  return (
    <table class="headers">
      <thead>
        <tr>
          <th scope="col">Key and headers</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {letter.key === null ? null : (
          <tr>
            <th scope="row">key</th>
            <td>
              <code>
                <Beginning bytes={letter.key} />
              </code>
            </td>
          </tr>
        )}
        {headers.map(({ name, value }) => (
          <tr data-faulty={isFaulty(letter, name) ? "true" : undefined}>
            <th scope="row">
              <code>
                <Beginning bytes={Buffer.from(name)} />
              </code>
            </th>
            <td>
              {value.length === 0 ? (
                <span class="note">empty</span>
              ) : (
                <code>
                  {isFaulty(letter, name) ? (
                    <mark>
                      <Beginning bytes={value} />
                    </mark>
                  ) : (
                    <Beginning bytes={value} />
                  )}
                </code>
              )}
              {isFaulty(letter, name) ? <span class="fault">{letter.detail}</span> : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Origin({
  letter,
  runType,
  kafkaUiUrl,
}: {
  readonly letter: DeadLetter;
  readonly runType: string | null;
  readonly kafkaUiUrl: string | null;
}): VNode {
  const { topic, partition, offset, runId, seq } = letter;
  return (
    <dl class="facts">
      <dt>Run</dt>
      <dd>
        {runId === null ? (
          "none: another producer's message"
        ) : (
          <>
            record {seq === null ? "" : formatCount(seq)} of <a href={`/runs/${runId}`}>{runId}</a>
            {runType === null ? null : (
              <>
                , of the type <a href={`/types/${runType}`}>{runType}</a>
              </>
            )}
            {letter.accounted ? null : <span class="note"> as its headers claim; not counted there</span>}
          </>
        )}
      </dd>
      <dt>In Kafka</dt>
      <dd>
        topic {topic}, partition {partition}, offset {formatCount(offset)}
        <span class="note">
          {" "}
          <a href={messagesUrl({ topic, partition, from: offset })}>See it in its partition</a>
          {kafkaUiUrl === null ? null : (
            <>
              {" · "}
              <a href={kafkaUiMessageUrl(kafkaUiUrl, letter)}>in Kafka UI</a>
            </>
          )}
        </span>
      </dd>
      <dt>Came</dt>
      <dd>
        <time dateTime={letter.createdAt.toISOString()}>{formatInstant(letter.createdAt)}</time>
      </dd>
      <dt>Sent again</dt>
      <dd>{letter.replays === 0 ? "never" : `${formatCount(letter.replays)}×, without success`}</dd>
    </dl>
  );
}

function SendAgain({ letter, predicted, csrfToken }: DeadLetterPageProps): VNode {
  if (predicted.asItCame === null) return <p>{reasonWords(letter.reason).remedy}</p>;
  const asItCame = predicted.asItCame.kind === "row";
  return (
    <div class="ways">
      <div class="way" data-way="as-it-came">
        <h3>As it came</h3>
        <PredictionText predicted={predicted.asItCame} />
        <SendForm id={letter.id} csrfToken={csrfToken} patch={false} isPrimary={asItCame} />
      </div>
      {canBeMended(letter.reason) ? (
        <div class="way" data-way="mended">
          <h3>Mended</h3>
          <PredictionText predicted={predicted.mended} />
          {predicted.mended === null ? null : (
            <SendForm
              id={letter.id}
              csrfToken={csrfToken}
              patch={true}
              isPrimary={!asItCame && predicted.mended.kind === "row"}
            />
          )}
        </div>
      ) : null}
    </div>
  );
}

interface SendFormProps {
  readonly id: number;
  readonly csrfToken: string;
  readonly patch: boolean;
  readonly isPrimary: boolean;
}

function SendForm({ id, csrfToken, patch, isPrimary }: SendFormProps): VNode {
  return (
    <form method="post" action="/dead-letters/replay">
      <CsrfInput token={csrfToken} />
      <input type="hidden" name="ids" value={id} />
      {patch ? <input type="hidden" name="patch" value="true" /> : null}
      <button type="submit" class={isPrimary ? undefined : "quiet"}>
        {patch ? "Mend and send it" : "Send it as it came"}
      </button>
    </form>
  );
}
