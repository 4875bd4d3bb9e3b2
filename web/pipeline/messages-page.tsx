import { isUtf8 } from "node:buffer";
import type { VNode } from "preact";
import { findJsonFault } from "../../json/find-json-fault.ts";
import { readIdentity } from "../../kafka/message.ts";
import type { SeenMessage, SeenMessages } from "../../kafka/read-messages.ts";
import type { SignedIn } from "../access/visitor.ts";
import { formatCount, formatInstant } from "../page/format.ts";
import { indentJson } from "../page/indent-json.ts";
import { Page, renderPage } from "../page/layout.tsx";
import { Beginning } from "../page/raw-bytes.tsx";
import { kafkaUiMessageUrl } from "./kafka-ui-url.ts";
import { messagesUrl, topicUrl } from "./pipeline-urls.ts";

export interface MessagesPageProps {
  readonly topic: string;
  readonly partition: number;
  readonly partitions: readonly number[];
  readonly seen: SeenMessages;
  /** Offset of the first that was asked for; null where the newest were. */
  readonly from: number | null;
  readonly limit: number;
  readonly kafkaUiUrl: string | null;
  readonly signedIn: SignedIn | null;
}

/** Messages of a partition, readable, the newest first. */
export function renderMessagesPage(props: MessagesPageProps): string {
  const { topic, partition, partitions, seen } = props;
  const newest = [...seen.messages].reverse();
  return renderPage(
    <Page title={`Messages of partition ${partition}`} section="pipeline" signedIn={props.signedIn}>
      <p class="overline">
        <a href="/pipeline">Pipeline</a>
      </p>
      <h1>Messages of partition {partition}</h1>
      <p class="lede">
        What Kafka keeps of the topic <a href={topicUrl(topic)}>{topic}</a> there: offsets{" "}
        {formatCount(seen.first)} to {formatCount(seen.end)}. Reading here moves no consumer.
      </p>
      <nav class="filter" aria-label="Partition">
        {partitions.map((other) => (
          <a
            href={messagesUrl({ topic, partition: other })}
            aria-current={other === partition ? "true" : undefined}
          >
            {other}
          </a>
        ))}
      </nav>
      {newest.length === 0 ? (
        <div class="empty">
          <p>
            {seen.first === seen.end ? "This partition has no messages." : "Nothing readable stands here."}
          </p>
        </div>
      ) : (
        newest.map((message, index) => <Message {...props} message={message} isOpen={index === 0} />)
      )}
      <Pager {...props} />
    </Page>,
  );
}

interface MessageProps extends MessagesPageProps {
  readonly message: SeenMessage;
  readonly isOpen: boolean;
}

function Message({ message, isOpen, topic, partition, kafkaUiUrl }: MessageProps): VNode {
  const { offset, value } = message;
  return (
    <details class="seen" open={isOpen} data-offset={offset}>
      <summary>
        <span class="offset">{formatCount(offset)}</span>
        <span class="preview-line">
          {value === null ? "no value" : <Beginning bytes={value.subarray(0, 120)} />}
        </span>
      </summary>
      <dl class="facts">
        <dt>Time</dt>
        <dd>{formatInstant(new Date(message.timestampMs))}</dd>
        <dt>Whose</dt>
        <dd>
          <Whose message={message} />
        </dd>
        {message.key === null ? null : (
          <>
            <dt>Key</dt>
            <dd>
              <code>
                <Beginning bytes={message.key} />
              </code>
            </dd>
          </>
        )}
        {Array.from(message.headers, ([name, values]) =>
          values.map((header) => (
            <>
              <dt>
                <Beginning bytes={Buffer.from(name)} />
              </dt>
              <dd>
                <code>
                  <Beginning bytes={header} />
                </code>
              </dd>
            </>
          )),
        )}
        {kafkaUiUrl === null ? null : (
          <>
            <dt>Kafka UI</dt>
            <dd>
              <a href={kafkaUiMessageUrl(kafkaUiUrl, { topic, partition, offset })}>this message</a>
            </dd>
          </>
        )}
      </dl>
      <Value value={value} />
    </details>
  );
}

/** What its headers say; whether that is true, the ledger knows. */
function Whose({ message }: { readonly message: SeenMessage }): VNode {
  if (message.undecodable !== null) return <>nobody's: {message.undecodable}</>;
  const identity = readIdentity(
    Object.fromEntries(
      Array.from(message.headers, ([name, values]) => [name, values.length === 1 ? values[0] : [...values]]),
    ),
  );
  if (identity.kind === "foreign") return <>another producer's</>;
  if (identity.kind === "invalid") return <>nobody's: {identity.detail}</>;
  return (
    <>
      record {formatCount(identity.seq)} of <a href={`/runs/${identity.runId}`}>{identity.runId}</a>
    </>
  );
}

const bytesShown = 2_000;

function Value({ value }: { readonly value: Buffer | null }): VNode | null {
  if (value === null) return null;
  const shown = value.subarray(0, bytesShown);
  const text = value.length <= bytesShown && isUtf8(value) ? value.toString("utf8") : null;
  const pretty = text !== null && findJsonFault(text) === null ? Buffer.from(indentJson(text)) : shown;
  return (
    <>
      <pre class="raw">
        <Beginning bytes={pretty} />
      </pre>
      {value.length > bytesShown ? (
        <p class="note">
          The first {formatCount(bytesShown)} of {formatCount(value.length)} bytes.
        </p>
      ) : null}
    </>
  );
}

function Pager({ seen, topic, partition, from, limit }: MessagesPageProps): VNode | null {
  const start = from ?? Math.max(seen.first, seen.end - limit);
  const hasOlder = start > seen.first;
  if (from === null && !hasOlder) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {from === null ? null : <a href={messagesUrl({ topic, partition })}>← Newest</a>}
      {hasOlder ? (
        <a
          class="older"
          href={messagesUrl({ topic, partition, from: Math.max(seen.first, start - limit) })}
          rel="next"
        >
          Older →
        </a>
      ) : null}
    </nav>
  );
}
