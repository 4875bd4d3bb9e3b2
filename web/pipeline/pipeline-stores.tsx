import type { VNode } from "preact";
import { formatCount, formatDuration, formatInstant } from "../page/format.ts";
import { queuePath } from "./bull-board-url.ts";
import { formatBytes, PartSection } from "./pipeline-part.tsx";
import { maxLettersCounted, type PipelineState } from "./pipeline-state.ts";

interface SectionProps {
  readonly state: PipelineState;
}

const secondsFor = (seconds: number): string => formatDuration(seconds * 1000);

/** BullMQ's queues and who works on them. */
export function QueuesSection({ state }: SectionProps): VNode {
  return (
    <PartSection id="queues" title="Queues and workers" part={state.queues}>
      {(queues) => (
        <table class="stacking">
          <thead>
            <tr>
              <th scope="col">Queue</th>
              <th scope="col" class="number">
                In hand
              </th>
              <th scope="col" class="number">
                Waiting
              </th>
              <th scope="col" class="number">
                Delayed
              </th>
              <th scope="col" class="number">
                Failed
              </th>
              <th scope="col">Workers, connected for</th>
            </tr>
          </thead>
          <tbody>
            {queues.map(({ name, paused, jobs, workers }) => (
              <tr data-queue={name}>
                <th scope="row">
                  <a href={queuePath(name)}>{name}</a>{" "}
                  {paused ? (
                    <span class="badge" data-status="paused">
                      paused
                    </span>
                  ) : null}
                </th>
                <td class="number" data-label="In hand">
                  {formatCount(jobs.active)}
                </td>
                <td class="number" data-label="Waiting">
                  {formatCount(jobs.waiting + jobs.prioritized)}
                </td>
                <td class="number" data-label="Delayed">
                  {formatCount(jobs.delayed)}
                </td>
                <td class="number" data-label="Failed">
                  {formatCount(jobs.failed)}
                </td>
                <td data-label="Workers">
                  {workers.length === 0
                    ? "none"
                    : workers
                        .map(({ address, connectedSeconds }) => `${address} ${secondsFor(connectedSeconds)}`)
                        .join(", ")}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </PartSection>
  );
}

export function RedisSection({ state }: SectionProps): VNode {
  return (
    <PartSection id="redis" title="Redis" part={state.redis}>
      {({
        version,
        uptimeSeconds,
        usedBytes,
        maxBytes,
        evictionPolicy,
        evictedKeys,
        persistence,
        clients,
      }) => (
        <dl class="facts">
          <dt>Version</dt>
          <dd>
            {version}, up for {secondsFor(uptimeSeconds)}, {formatCount(clients)} connections
          </dd>
          <dt>Memory</dt>
          <dd>
            {formatBytes(usedBytes)}
            {maxBytes === 0 ? ", without a limit" : ` of ${formatBytes(maxBytes)}`}, {evictionPolicy},{" "}
            {formatCount(evictedKeys)} evicted
          </dd>
          <dt>Persistence</dt>
          <dd>
            {persistence.appendOnly ? "append-only file" : "no append-only file"}
            {persistence.lastSaveAt === null
              ? ""
              : `, last snapshot ${formatInstant(persistence.lastSaveAt)}`}
            {persistence.isWriting ? "" : "; the last write failed"}
          </dd>
        </dl>
      )}
    </PartSection>
  );
}

export function PostgresSection({ state }: SectionProps): VNode {
  return (
    <PartSection id="postgres" title="PostgreSQL" part={state.postgres}>
      {({ version, startedAt, bytes, maxConnections, connections, tables, runs, deadLetters }) => (
        <>
          <dl class="facts">
            <dt>Version</dt>
            <dd>
              {version}, up for {formatDuration(state.readAt.getTime() - startedAt.getTime())}
            </dd>
            <dt>Size</dt>
            <dd>{formatBytes(bytes)}</dd>
            <dt>Connections</dt>
            <dd>
              {connections.map(({ name, count }) => `${name} ${count}`).join(", ")}
              <span class="note">
                {" "}
                ({formatCount(connections.reduce((sum, { count }) => sum + count, 0))} of{" "}
                {formatCount(maxConnections)})
              </span>
            </dd>
            <dt>Unfinished runs</dt>
            <dd>
              {formatCount(runs.queued)} queued, {formatCount(runs.running)} running,{" "}
              {formatCount(runs.paused)} paused
            </dd>
            <dt>Dead letters</dt>
            <dd>
              <a id="letters" href="/dead-letters">
                {deadLetters === maxLettersCounted ? "more than " : ""}
                {formatCount(deadLetters)} unresolved
              </a>
            </dd>
          </dl>
          <table class="tables">
            <thead>
              <tr>
                <th scope="col">Table</th>
                <th scope="col" class="number">
                  Rows, about
                </th>
                <th scope="col" class="number">
                  Size with indexes
                </th>
              </tr>
            </thead>
            <tbody>
              {tables.map((table) => (
                <tr data-table={table.name}>
                  <th scope="row">{table.name}</th>
                  <td class="number" data-label="Rows, about">
                    {formatCount(table.estimatedRows)}
                  </td>
                  <td class="number" data-label="Size with indexes">
                    {formatBytes(table.bytes)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="hint">Rows are PostgreSQL's own estimates; the runs' ledgers count exactly.</p>
        </>
      )}
    </PartSection>
  );
}
