import type { VNode } from "preact";
import type { GroupDescription } from "../../kafka/inspect.ts";
import { formatCount, formatDuration } from "../page/format.ts";
import { kafkaUiTopicUrl } from "./kafka-ui-url.ts";
import { PartSection } from "./pipeline-part.tsx";
import type { KafkaState, PartitionState, PipelineState, TopicState } from "./pipeline-state.ts";
import { messagesUrl, topicUrl } from "./pipeline-urls.ts";

interface KafkaSectionProps {
  readonly state: PipelineState;
  /** Whose partitions are shown; null for the built-in type's. */
  readonly topic: string | null;
  readonly kafkaUiUrl: string | null;
}

/** The topics, one of them with its partitions, and the consumers that read them. */
export function KafkaSection({ state, topic, kafkaUiUrl }: KafkaSectionProps): VNode {
  const { consumers, readAt } = state;
  const members = consumers.status === "up" ? consumers.found.members : [];
  return (
    <>
      <PartSection id="kafka" title="Kafka" part={state.kafka}>
        {(kafka) => <Topics {...{ kafka, members, topic, readAt, kafkaUiUrl }} />}
      </PartSection>
      <PartSection id="consumers" title="Consumers" part={consumers}>
        {(group) =>
          group.members.length === 0 ? (
            <p class="hint">
              The group {group.group} has no member. Whatever comes waits in Kafka until one is there.
            </p>
          ) : (
            <table class="stacking">
              <thead>
                <tr>
                  <th scope="col">Process</th>
                  <th scope="col">Running for</th>
                  <th scope="col">Partitions</th>
                </tr>
              </thead>
              <tbody>
                {group.members.map(({ note, clientId, address, topics }, index) => (
                  <tr>
                    <th scope="row">
                      {note === null ? clientId : `process ${note.pid} on ${note.host}`}
                      <span class="note"> from {address}</span>
                    </th>
                    <td data-label="Running for">
                      {note === null
                        ? "unknown"
                        : formatDuration(readAt.getTime() - note.startedAt.getTime())}
                    </td>
                    <td data-label="Partitions">
                      <Assigned topics={topics} id={`assigned-${index}`} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </PartSection>
    </>
  );
}

type Member = GroupDescription["members"][number];

/** Topics are named as many as can be read at a glance. */
const namedTopics = 3;

function Assigned({ topics, id }: { readonly topics: Member["topics"]; readonly id: string }): VNode {
  if (topics.length === 0) return <>none</>;
  const lines = topics.map(({ topic, partitions }) => (
    <li>
      {topic} <span class="note">{partitions.join(", ")}</span>
    </li>
  ));
  if (topics.length <= namedTopics) return <ul class="assigned">{lines}</ul>;
  const partitions = topics.reduce((sum, each) => sum + each.partitions.length, 0);
  return (
    <details id={id}>
      <summary>
        {formatCount(partitions)} in {formatCount(topics.length)} topics
      </summary>
      <ul class="assigned">{lines}</ul>
    </details>
  );
}

interface TopicsProps {
  readonly kafka: KafkaState;
  readonly members: readonly Member[];
  readonly topic: string | null;
  readonly readAt: Date;
  readonly kafkaUiUrl: string | null;
}

function Topics({ kafka, members, topic, readAt, kafkaUiUrl }: TopicsProps): VNode {
  const { topics, brokers, controllerId, lagIsExact } = kafka;
  const shown = topics.find((each) => each.topic === topic) ?? topics[0];
  return (
    <>
      <dl class="facts">
        <dt>Brokers</dt>
        <dd>
          {brokers
            .map(({ id, address }) => `${id} at ${address}${id === controllerId ? " (controller)" : ""}`)
            .join(", ")}
        </dd>
      </dl>
      <table class="stacking topics" id="topics">
        <thead>
          <tr>
            <th scope="col">Topic</th>
            <th scope="col">Type</th>
            <th scope="col" class="number">
              Partitions
            </th>
            <th scope="col" class="number">
              Kept
            </th>
            <th scope="col" class="number">
              Waiting
            </th>
            <th scope="col">Moved</th>
            <th scope="col" class="number">
              Consumers
            </th>
          </tr>
        </thead>
        <tbody>
          {topics.map((each) => (
            <TopicRow topic={each} members={members} readAt={readAt} isShown={each === shown} />
          ))}
        </tbody>
      </table>
      <h3>
        Partitions of {shown.topic}
        {kafkaUiUrl === null ? null : (
          <>
            {" "}
            <a class="note" href={kafkaUiTopicUrl(kafkaUiUrl, shown.topic)}>
              in Kafka UI
            </a>
          </>
        )}
      </h3>
      {shown.partitions === null ? (
        <p class="hint">There is no such topic yet.</p>
      ) : (
        <Partitions topic={shown.topic} partitions={shown.partitions} readAt={readAt} />
      )}
      {lagIsExact ? null : (
        <p class="hint">
          PostgreSQL does not answer, so what waits is counted from what the group has committed to Kafka:
          about.
        </p>
      )}
    </>
  );
}

function TopicRow({
  topic: { topic, type, table, isTableLost, partitions },
  members,
  readAt,
  isShown,
}: {
  readonly topic: TopicState;
  readonly members: readonly Member[];
  readonly readAt: Date;
  readonly isShown: boolean;
}): VNode {
  const known = partitions ?? [];
  const waiting = known.reduce((sum, { lag }) => sum + lag, 0);
  const movedMs = Math.max(0, ...known.map(({ movedAt }) => movedAt?.getTime() ?? 0));
  const readers = members.filter((member) => member.topics.some((each) => each.topic === topic)).length;
  return (
    <tr data-topic={topic}>
      <th scope="row">
        <a id={`topic-${topic}`} href={topicUrl(topic)} aria-current={isShown ? "true" : undefined}>
          {topic}
        </a>
      </th>
      <td data-label="Type">
        <a href={`/types/${type}`}>{type}</a>
        {isTableLost ? <span class="note"> its table is gone</span> : null}
      </td>
      <td class="number" data-label="Partitions">
        {partitions === null ? "none yet" : formatCount(known.length)}
      </td>
      <td class="number" data-label="Kept">
        {formatCount(known.reduce((sum, { first, end }) => sum + end - first, 0))}
      </td>
      <td
        class="number"
        data-label="Waiting"
        data-lag={waiting}
        data-tone={waiting === 0 ? "zero" : undefined}
      >
        {table === null ? "–" : formatCount(waiting)}
      </td>
      <td data-label="Moved" class="note">
        {table === null
          ? "not stored"
          : movedMs === 0
            ? "never"
            : `${formatDuration(readAt.getTime() - movedMs)} ago`}
      </td>
      <td class="number" data-label="Consumers">
        {table === null ? "–" : formatCount(readers)}
      </td>
    </tr>
  );
}

function Partitions({
  topic,
  partitions,
  readAt,
}: {
  readonly topic: string;
  readonly partitions: readonly PartitionState[];
  readonly readAt: Date;
}): VNode {
  const sum = (of: (partition: PartitionState) => number): string =>
    formatCount(partitions.reduce((total, partition) => total + of(partition), 0));
  return (
    <table class="stacking partitions">
      <thead>
        <tr>
          <th scope="col">Partition</th>
          <th scope="col">Leader (in sync)</th>
          <th scope="col" class="number">
            Earliest
          </th>
          <th scope="col" class="number">
            Latest
          </th>
          <th scope="col" class="number">
            Stored to
          </th>
          <th scope="col" class="number">
            Waiting
          </th>
          <th scope="col">Moved</th>
        </tr>
      </thead>
      <tbody>
        {partitions.map((partition) => (
          <PartitionRow topic={topic} partition={partition} readAt={readAt} />
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">All</th>
          <td />
          <td />
          <td class="number" data-label="Messages kept">
            <span class="note">{sum(({ first, end }) => end - first)} kept</span>
          </td>
          <td />
          <td class="number" data-label="Waiting" data-lag-total>
            {sum(({ lag }) => lag)}
          </td>
          <td />
        </tr>
      </tfoot>
    </table>
  );
}

function PartitionRow({
  topic,
  partition: { partition, leader, replicas, inSync, first, end, next, committed, movedAt, lag },
  readAt,
}: {
  readonly topic: string;
  readonly partition: PartitionState;
  readonly readAt: Date;
}): VNode {
  const isBehind = inSync.length < replicas.length;
  return (
    <tr data-partition={partition}>
      <th scope="row">
        {partition}{" "}
        <a id={`messages-${partition}`} href={messagesUrl({ topic, partition })}>
          messages<span class="visually-hidden"> of partition {partition}</span>
        </a>
      </th>
      <td data-label="Leader (in sync)" data-tone={leader === null || isBehind ? "dead" : undefined}>
        {leader === null ? "none" : leader} ({inSync.length} of {replicas.length})
      </td>
      <td class="number" data-label="Earliest">
        {leader === null ? "–" : formatCount(first)}
      </td>
      <td class="number" data-label="Latest">
        {leader === null ? "–" : formatCount(end)}
      </td>
      <td
        class="number"
        data-label="Stored to"
        title={committed === null ? undefined : `committed to Kafka: ${formatCount(committed)}`}
      >
        {next === null ? "–" : formatCount(next)}
      </td>
      <td class="number" data-label="Waiting" data-lag={lag} data-tone={lag === 0 ? "zero" : undefined}>
        {formatCount(lag)}
      </td>
      <td data-label="Moved" class="note">
        {movedAt === null ? "never" : `${formatDuration(readAt.getTime() - movedAt.getTime())} ago`}
      </td>
    </tr>
  );
}
