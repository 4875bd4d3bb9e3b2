import type { VNode } from "preact";
import { type Dataset, statusOf } from "../../ledger/datasets/dataset.ts";
import { isTerminal, type Run } from "../../ledger/runs/run.ts";
import type { SignedIn } from "../access/visitor.ts";
import { CodeBlock } from "../page/code-block.tsx";
import { curlCommand } from "../page/curl.ts";
import { formatCount, formatInstant } from "../page/format.ts";
import { Page, renderPage } from "../page/layout.tsx";
import { StatusBadge } from "../page/status-badge.tsx";
import { CommandForms, offeredIn } from "../runs/control/run-actions.tsx";
import { shortInstant } from "../runs/request/run-request.ts";
import { runNumbers } from "../runs/run-numbers.ts";
import { RunProgress } from "../runs/run-progress.tsx";
import { type Audited, DatasetAudit } from "./dataset-audit.tsx";
import { countInput, endlessInput, optionsInput, realtimeInput } from "./dataset-form.ts";
import { datasetRequestOf } from "./dataset-request-of.ts";
import { datasetTitle, requestedOf } from "./dataset-title.ts";
import { realtime } from "./type-request.ts";

export interface DatasetPageProps {
  readonly dataset: Dataset;
  readonly nowMs: number;
  /** Where the service is reached, for commands that a person copies. */
  readonly baseUrl: string;
  /** Whose password curl is to ask for. */
  readonly user: string | null;
  readonly csrfToken: string;
  readonly signedIn: SignedIn | null;
  /** Why a command was refused. */
  readonly notice: string | null;
  readonly audited: Audited;
}

/** One dataset: how far each of its runs is, and what can be done with all of them. */
export function renderDatasetPage(props: DatasetPageProps): string {
  const { dataset, nowMs, baseUrl, user, notice, audited } = props;
  const { id, runs } = dataset;
  const requested = requestedOf(dataset);
  const isLive = runs.some(({ status }) => !isTerminal(status));
  return renderPage(
    <Page
      title={`Dataset of ${datasetTitle(dataset)}`}
      section="datasets"
      signedIn={props.signedIn}
      script="live.js"
      refreshSeconds={isLive ? 2 : undefined}
    >
      {notice === null ? null : (
        <p class="notice error" role="alert">
          {notice}
        </p>
      )}
      <div id="dataset" data-live-seconds={isLive ? 1 : undefined}>
        <header class="run-head">
          <div>
            <p class="overline">
              <a href="/datasets">Datasets</a>
            </p>
            <h1>
              {requested === null ? "Endless dataset" : `${formatCount(requested)} records`}{" "}
              <StatusBadge status={statusOf(runs)} />
            </h1>
            <p class="meta">
              <time dateTime={dataset.createdAt.toISOString()}>{formatInstant(dataset.createdAt)}</time>
              <code class="id">{id}</code>
            </p>
          </div>
          <CommandForms
            path={`/datasets/${id}`}
            noun="dataset"
            isOffered={(command) => runs.some(({ status }) => offeredIn[command](status))}
            csrfToken={props.csrfToken}
          />
        </header>
        <p class="notice lost" role="status" data-live-outage hidden>
          The web service does not answer; what is shown may be out of date.
        </p>
        <section aria-labelledby="runs-title">
          <h2 id="runs-title">{runs.length === 1 ? "Its run" : `Its ${formatCount(runs.length)} runs`}</h2>
          <ul class="dataset-runs">
            {runs.map((run) => (
              <RunOfDataset run={run} nowMs={nowMs} />
            ))}
          </ul>
        </section>
        <DatasetAudit dataset={dataset} audited={audited} />
      </div>
      <section aria-labelledby="request-title">
        <h2 id="request-title">Request</h2>
        <dl class="facts">
          <dt>Seed</dt>
          <dd>
            <code>{dataset.seed}</code>
          </dd>
          <dt>Reference date</dt>
          <dd>
            <time dateTime={dataset.referenceDate.toISOString()}>{shortInstant(dataset.referenceDate)}</time>
          </dd>
          <dt>Runs</dt>
          <dd>
            <a href={`/runs?dataset=${id}`}>In the list of runs</a>
          </dd>
        </dl>
        <p class="actions">
          <a class="button quiet" href={againUrl(dataset, true)}>
            Again with this seed
          </a>
          <a class="button quiet" href={againUrl(dataset, false)}>
            Again with a new seed
          </a>
        </p>
      </section>
      <section class="commands" aria-label="Commands">
        <CodeBlock
          label="The same dataset by curl"
          text={curlCommand({
            method: "post",
            url: `${baseUrl}/api/datasets`,
            body: datasetRequestOf(dataset),
            user,
          })}
        />
        <CodeBlock label="The same for each run too, however long it takes" text={`npm run audit -- ${id}`} />
      </section>
    </Page>,
  );
}

function RunOfDataset({ run, nowMs }: { readonly run: Run; readonly nowMs: number }): VNode {
  const { name, version } = run.recordType;
  return (
    <li>
      <p class="dataset-run">
        <a class="type-name" href={`/types/${name}@${version}`}>
          {name}
        </a>
        <StatusBadge status={run.status} />
        <a href={`/runs/${run.id}`}>
          Its run<span class="visually-hidden"> of {name}</span>
        </a>
      </p>
      <RunProgress run={run} numbers={runNumbers(run, nowMs)} />
      {run.error === null ? null : <p class="notice error">{run.error}</p>}
      {run.deadLettered === 0 ? null : (
        <p class="hint">
          <a href={`/dead-letters?runId=${run.id}`}>
            {formatCount(run.deadLettered)} dead {run.deadLettered === 1 ? "letter" : "letters"}
          </a>
        </p>
      )}
    </li>
  );
}

/** The form filled in with what the dataset was asked for. */
function againUrl({ types, seed, referenceDate, runs }: Dataset, withSeed: boolean): string {
  const query = new URLSearchParams();
  let keepsInstants = false;
  for (const [name, { count, ...asked }] of Object.entries(types)) {
    const { rate, ...others } = asked;
    const options = rate === realtime ? others : asked;
    query.append("type", name);
    if (typeof count === "number") query.append(countInput(name), String(count));
    if (count === null) query.append(endlessInput(name), "on");
    if (rate === realtime) query.append(realtimeInput(name), "on");
    keepsInstants ||= rate === realtime;
    if (Object.keys(options).length > 0) query.append(optionsInput(name), JSON.stringify(options));
  }
  if (withSeed) query.append("seed", String(seed));
  // With another seed it is not the same once more: instants begin anew.
  if (withSeed || !keepsInstants) query.append("referenceDate", shortInstant(referenceDate));
  if (runs[0] !== undefined) query.append("chunkSize", String(runs[0].chunkSize));
  return `/new-dataset?${query}`;
}
