import type { ComponentChildren, VNode } from "preact";
import type { Config } from "../../service/config.ts";
import type { SignedIn } from "../access/visitor.ts";
import { formatCount, formatDuration } from "../page/format.ts";
import { Page, renderPage } from "../page/layout.tsx";
import { KafkaSection } from "./pipeline-kafka.tsx";
import { PipelineLinks } from "./pipeline-links.tsx";
import type { Part, PipelineState, Trouble } from "./pipeline-state.ts";
import { PostgresSection, QueuesSection, RedisSection } from "./pipeline-stores.tsx";
import { lagOf } from "./pipeline-troubles.ts";

export interface PipelinePageProps {
  readonly state: PipelineState;
  /** Whose partitions are shown; null for the built-in type's. */
  readonly topic: string | null;
  readonly links: Config["links"];
  readonly signedIn: SignedIn | null;
}

const refreshSeconds = 3;

/** The health of everything that carries records, what is wrong in words, and what to do. */
export function renderPipelinePage({ state, topic, links, signedIn }: PipelinePageProps): string {
  return renderPage(
    <Page
      title="Pipeline"
      section="pipeline"
      signedIn={signedIn}
      script="live.js"
      refreshSeconds={refreshSeconds}
    >
      <div id="pipeline" data-live-seconds={refreshSeconds}>
        <h1>Pipeline</h1>
        <p class="notice error" role="alert" data-live-outage hidden>
          This page is not up to date: the web service does not answer.
        </p>
        <Verdict troubles={state.troubles} />
        <Stages state={state} />
        <KafkaSection state={state} topic={topic} kafkaUiUrl={links.kafkaUi} />
        <QueuesSection state={state} />
        <RedisSection state={state} />
        <PostgresSection state={state} />
      </div>
      <PipelineLinks links={links} />
    </Page>,
  );
}

function Verdict({ troubles }: { readonly troubles: readonly Trouble[] }): VNode {
  if (troubles.length === 0) {
    return (
      <p class="lede" data-verdict="well">
        Everything is up. Runs are carried out as they come.
      </p>
    );
  }
  return (
    <ul class="troubles" data-verdict="trouble">
      {troubles.map(({ severity, what, remedy }) => (
        <li data-severity={severity}>
          <strong>{what}</strong> <WithCode text={remedy} />
        </li>
      ))}
    </ul>
  );
}

/** What stands between backticks is to be typed, or, where it is a path of this service, to be followed. */
function WithCode({ text }: { readonly text: string }): VNode {
  return <>{text.split("`").map((piece, index) => (index % 2 === 1 ? <Code text={piece} /> : piece))}</>;
}

const Code = ({ text }: { readonly text: string }): VNode =>
  text.startsWith("/") ? <a href={text}>{text}</a> : <code>{text}</code>;

type Health = "up" | "down" | "attention";

/** The way of a record, and how each stage is. */
function Stages({ state }: { readonly state: PipelineState }): VNode {
  const { queues, redis, kafka, consumers, postgres, web, readAt } = state;
  const workers = queues.status === "up" ? Math.min(...queues.found.map((queue) => queue.workers.length)) : 0;
  const isPaused = queues.status === "up" && queues.found.some(({ paused }) => paused);
  const jobs =
    queues.status === "up"
      ? queues.found.reduce((sum, { jobs }) => sum + jobs.waiting + jobs.prioritized + jobs.active, 0)
      : 0;
  const lag = lagOf(kafka);
  const members = consumers.status === "up" ? consumers.found.members.length : 0;
  return (
    <ol class="stages" aria-label="The way of a record">
      <Stage name="Web" health="up">
        up for {formatDuration(readAt.getTime() - web.startedAt.getTime())}
      </Stage>
      <Stage name="Redis" health={healthOf(redis)}>
        {redis.status === "down"
          ? "does not answer"
          : `${formatCount(jobs)} ${jobs === 1 ? "job" : "jobs"} to do`}
      </Stage>
      <Stage name="Workers" health={workers === 0 ? "down" : isPaused ? "attention" : "up"}>
        {queues.status === "down" ? "unknown without Redis" : running(workers)}
        {isPaused ? ", a queue is paused" : ""}
      </Stage>
      <Stage name="Kafka" health={healthOf(kafka)}>
        {kafka.status === "down"
          ? "does not answer"
          : `${formatCount(lag)} ${lag === 1 ? "message waits" : "messages wait"}`}
      </Stage>
      <Stage name="Consumers" health={consumers.status === "down" || members === 0 ? "down" : "up"}>
        {consumers.status === "down" ? "unknown without Kafka" : running(members)}
      </Stage>
      <Stage name="PostgreSQL" health={healthOf(postgres)}>
        {postgres.status === "down"
          ? "does not answer"
          : `about ${formatCount(postgres.found.estimatedRecords)} rows`}
      </Stage>
    </ol>
  );
}

const healthOf = (part: Part<unknown>): Health => part.status;

const running = (count: number): string =>
  count === 0 ? "none is running" : `${formatCount(count)} running`;

function Stage({
  name,
  health,
  children,
}: {
  readonly name: string;
  readonly health: Health;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <li data-stage={name} data-readiness-check={health}>
      <strong>
        <span class="dot" aria-hidden="true" />
        {name}
        <span class="visually-hidden"> {health}:</span>
      </strong>
      <span class="note">{children}</span>
    </li>
  );
}
