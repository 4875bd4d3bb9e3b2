import type { VNode } from "preact";
import { type Dataset, statusOf } from "../../ledger/datasets/dataset.ts";
import type { DatasetPage } from "../../ledger/datasets/find-datasets.ts";
import { isTerminal } from "../../ledger/runs/run.ts";
import type { SignedIn } from "../access/visitor.ts";
import { formatCount, formatMinute, formatRequested } from "../page/format.ts";
import { Page, renderPage } from "../page/layout.tsx";
import { StatusBadge } from "../page/status-badge.tsx";
import { datasetTitle, requestedOf, totalOf } from "./dataset-title.ts";

export interface DatasetsPageProps {
  readonly page: DatasetPage;
  readonly isFirst: boolean;
  readonly signedIn: SignedIn | null;
}

/** The list of datasets. */
export function renderDatasetsPage({ page, isFirst, signedIn }: DatasetsPageProps): string {
  const { datasets, nextBefore } = page;
  const isLive = datasets.some(({ runs }) => runs.some(({ status }) => !isTerminal(status)));
  return renderPage(
    <Page
      title="Datasets"
      section="datasets"
      signedIn={signedIn}
      script="live.js"
      refreshSeconds={isLive ? 5 : undefined}
    >
      <header class="run-head">
        <h1>Datasets</h1>
        <a class="button" href="/new-dataset">
          New dataset
        </a>
      </header>
      <p class="lede">
        Records of several types that belong together: one request, one seed, one run of each type.
      </p>
      <div id="datasets" data-live-seconds={isLive ? 3 : undefined}>
        {datasets.length === 0 ? <EmptyList isFirst={isFirst} /> : <DatasetTable datasets={datasets} />}
        {isFirst && nextBefore === null ? null : (
          <nav class="pager" aria-label="Pages">
            {isFirst ? null : <a href="/datasets">← Newest</a>}
            {nextBefore === null ? null : (
              <a class="older" href={`/datasets?before=${nextBefore}`} rel="next">
                Older →
              </a>
            )}
          </nav>
        )}
      </div>
    </Page>,
  );
}

const EmptyList = ({ isFirst }: { readonly isFirst: boolean }): VNode => (
  <div class="empty">
    <p>{isFirst ? "No dataset has been asked for yet." : "There are no further datasets."}</p>
    {isFirst ? (
      <p>
        <a class="button" href="/new-dataset">
          Start the first one
        </a>
      </p>
    ) : null}
  </div>
);

const DatasetTable = ({ datasets }: { readonly datasets: readonly Dataset[] }): VNode => (
  <table class="runs">
    <thead>
      <tr>
        <th scope="col">Asked for (UTC)</th>
        <th scope="col">Types</th>
        <th scope="col">Status</th>
        <th scope="col" class="number">
          Requested
        </th>
        <th scope="col" class="number">
          Stored
        </th>
        <th scope="col" class="number">
          Flagged
        </th>
        <th scope="col" class="number">
          Dead letters
        </th>
      </tr>
    </thead>
    <tbody>
      {datasets.map((dataset) => (
        <DatasetRow dataset={dataset} />
      ))}
    </tbody>
  </table>
);

function DatasetRow({ dataset }: { readonly dataset: Dataset }): VNode {
  const flagged = totalOf(dataset, "flagged");
  const letters = totalOf(dataset, "deadLettered");
  return (
    <tr>
      <th scope="row">
        <a href={`/datasets/${dataset.id}`}>
          <time dateTime={dataset.createdAt.toISOString()}>{formatMinute(dataset.createdAt)}</time>
        </a>
        <code class="id">{dataset.id.slice(-12)}</code>
      </th>
      <td data-label="Types">{datasetTitle(dataset)}</td>
      <td data-label="Status">
        <StatusBadge status={statusOf(dataset.runs)} />
      </td>
      <td class="number" data-label="Requested">
        {formatRequested(requestedOf(dataset))}
      </td>
      <td class="number" data-label="Stored">
        {formatCount(totalOf(dataset, "stored"))}
      </td>
      <td class="number" data-label="Flagged" data-tone={flagged > 0 ? "flagged" : "zero"}>
        {formatCount(flagged)}
      </td>
      <td class="number" data-label="Dead letters" data-tone={letters > 0 ? "dead" : "zero"}>
        {formatCount(letters)}
      </td>
    </tr>
  );
}
