import type { VNode } from "preact";
import { kafkaUiTopicUrl } from "../kafka-ui-url.ts";
import type { KafkaState, PartitionState, PipelineState } from "../pipeline-state.ts";
import { formatCount, formatDuration } from "./format.ts";
import { PartSection } from "./pipeline-part.tsx";

interface KafkaSectionProps {
  readonly state: PipelineState;
  readonly kafkaUiUrl: string | null;
}

/** The topic with its partitions, and the consumers that read them. */
export function KafkaSection({ state, kafkaUiUrl }: KafkaSectionProps): VNode {
  return (
    <>
      <PartSection id="kafka" title="Kafka" part={state.kafka}>
        {(kafka) => <Topic kafka={kafka} readAt={state.readAt} kafkaUiUrl={kafkaUiUrl} />}
      </PartSection>
      <PartSection id="consumers" title="Consumers" part={state.consumers}>
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
                {group.members.map(({ note, clientId, address, partitions }) => (
                  <tr>
                    <th scope="row">
                      {note === null ? clientId : `process ${note.pid} on ${note.host}`}
                      <span class="note"> from {address}</span>
                    </th>
                    <td data-label="Running for">
                      {note === null
                        ? "unknown"
                        : formatDuration(state.readAt.getTime() - note.startedAt.getTime())}
                    </td>
                    <td data-label="Partitions">
                      {partitions.length === 0 ? "none" : partitions.join(", ")}
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

function Topic({
  kafka,
  readAt,
  kafkaUiUrl,
}: {
  readonly kafka: KafkaState;
  readonly readAt: Date;
  readonly kafkaUiUrl: string | null;
}): VNode {
  const { topic, partitions, brokers, controllerId, lagIsExact } = kafka;
  return (
    <>
      <dl class="facts">
        <dt>Brokers</dt>
        <dd>
          {brokers
            .map(({ id, address }) => `${id} at ${address}${id === controllerId ? " (controller)" : ""}`)
            .join(", ")}
        </dd>
        <dt>Topic</dt>
        <dd>
          {topic}
          {kafkaUiUrl === null ? null : (
            <>
              {" "}
              <a class="note" href={kafkaUiTopicUrl(kafkaUiUrl, topic)}>
                in Kafka UI
              </a>
            </>
          )}
        </dd>
      </dl>
      {partitions === null ? (
        <p class="hint">There is no such topic yet.</p>
      ) : (
        <Partitions partitions={partitions} readAt={readAt} />
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

function Partitions({
  partitions,
  readAt,
}: {
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
          <PartitionRow partition={partition} readAt={readAt} />
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
  partition: { partition, leader, replicas, inSync, first, end, next, committed, movedAt, lag },
  readAt,
}: {
  readonly partition: PartitionState;
  readonly readAt: Date;
}): VNode {
  const isBehind = inSync.length < replicas.length;
  return (
    <tr data-partition={partition}>
      <th scope="row">
        {partition}{" "}
        <a id={`messages-${partition}`} href={`/pipeline/messages?partition=${partition}`}>
          messages<span class="visually-hidden"> of partition {partition}</span>
        </a>
      </th>
      <td data-label="Leader (in sync)" data-tone={leader === null || isBehind ? "dead" : undefined}>
        {leader === null ? "none" : leader} ({inSync.length} of {replicas.length})
      </td>
      <td class="number" data-label="Earliest">
        {formatCount(first)}
      </td>
      <td class="number" data-label="Latest">
        {formatCount(end)}
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
