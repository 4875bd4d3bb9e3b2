import type { VNode } from "preact";
import { type RunOrder, type RunPage, runOrders } from "../../../ledger/runs/list-runs.ts";
import { isTerminal, type Run, runStatuses } from "../../../ledger/runs/run.ts";
import type { SignedIn } from "../../access/visitor.ts";
import { formatCount, formatDuration, formatMinute, formatRequested } from "../../page/format.ts";
import { Page, renderPage } from "../../page/layout.tsx";
import { StatusBadge } from "../../page/status-badge.tsx";
import { runNumbers } from "../run-numbers.ts";
import { listingUrl, type RunListing, runOrderOf } from "./run-listing.ts";

export interface RunsPageProps {
  readonly page: RunPage;
  /** How many there are on all pages, counted up to a bound. */
  readonly found: { readonly count: number; readonly orMore: boolean };
  readonly listing: RunListing;
  readonly nowMs: number;
  readonly signedIn: SignedIn | null;
  /** What has just been done. */
  readonly notice: string | null;
}

/** The list of runs: searched, filtered and sorted as the address says. */
export function renderRunsPage({ page, found, listing, nowMs, signedIn, notice }: RunsPageProps): string {
  const isLive = page.runs.some((run) => !isTerminal(run.status));
  return renderPage(
    <Page
      title="Runs"
      section="runs"
      signedIn={signedIn}
      script="runs.js"
      refreshSeconds={isLive ? 5 : undefined}
    >
      <h1>Runs</h1>
      {notice === null ? null : (
        <p class="notice done" role="status">
          {notice}
        </p>
      )}
      <Search listing={listing} />
      <StatusFilter listing={listing} />
      <OfOneType listing={listing} />
      <OfOneDataset listing={listing} />
      <div data-runs data-live={isLive ? "true" : undefined}>
        {page.runs.length === 0 ? (
          <EmptyList listing={listing} />
        ) : (
          <RunForm page={page} found={found} listing={listing} nowMs={nowMs} />
        )}
        <Pager page={page} listing={listing} />
      </div>
    </Page>,
  );
}

const orderTexts: Readonly<Record<RunOrder, string>> = {
  newest: "Newest first",
  oldest: "Oldest first",
  largest: "Largest first",
  longest: "Longest first",
};

function Search({ listing }: { readonly listing: RunListing }): VNode {
  const order = runOrderOf(listing);
  return (
    <search>
      <form class="search" method="get" action="/runs" data-search>
        {listing.status === undefined ? null : <input type="hidden" name="status" value={listing.status} />}
        {listing.type === undefined ? null : <input type="hidden" name="type" value={listing.type} />}
        {listing.dataset === undefined ? null : (
          <input type="hidden" name="dataset" value={listing.dataset} />
        )}
        <label class="visually-hidden" for="q">
          Search by id, seed, field or error
        </label>
        <input
          id="q"
          name="q"
          type="search"
          maxLength={200}
          autoComplete="off"
          spellcheck={false}
          placeholder="Id, seed, field or error"
          value={listing.q ?? ""}
        />
        <label class="visually-hidden" for="sort">
          Order
        </label>
        <select id="sort" name="sort">
          {runOrders.map((one) => (
            <option value={one} selected={one === order}>
              {orderTexts[one]}
            </option>
          ))}
        </select>
        <button type="submit" class="quiet">
          Show
        </button>
      </form>
    </search>
  );
}

function StatusFilter({ listing }: { readonly listing: RunListing }): VNode {
  return (
    <nav class="filter" aria-label="Filter by status">
      {[null, ...runStatuses].map((status) => (
        <a
          href={listingUrl("/runs", listing, { status, before: null })}
          aria-current={status === (listing.status ?? null) ? "true" : undefined}
        >
          {status ?? "all"}
        </a>
      ))}
    </nav>
  );
}

/** Which type's runs these are, and the way back to all. */
function OfOneType({ listing }: { readonly listing: RunListing }): VNode | null {
  const { type } = listing;
  if (type === undefined) return null;
  return (
    <p class="of-type">
      Only those of <a href={`/types/${type}`}>{type}</a>.{" "}
      <a href={listingUrl("/runs", listing, { type: null, before: null })}>Show all types</a>
    </p>
  );
}

/** Which dataset's runs these are, and the way back to all. */
function OfOneDataset({ listing }: { readonly listing: RunListing }): VNode | null {
  const { dataset } = listing;
  if (dataset === undefined) return null;
  return (
    <p class="of-type">
      Only those of the dataset <a href={`/datasets/${dataset}`}>{dataset.slice(-12)}</a>.{" "}
      <a href={listingUrl("/runs", listing, { dataset: null, before: null })}>Show all runs</a>
    </p>
  );
}

function EmptyList({ listing }: { readonly listing: RunListing }): VNode {
  const { status, q = "", type, dataset, before } = listing;
  if (before !== undefined) {
    return (
      <div class="empty">
        <p>There are no further runs.</p>
      </div>
    );
  }
  if (status !== undefined || type !== undefined || dataset !== undefined || q !== "") {
    return (
      <div class="empty">
        <p>
          No {status === undefined ? "" : `${status} `}runs{type === undefined ? "" : ` of ${type}`}
          {q === "" ? "." : ` match “${q}”.`}
        </p>
        <p>
          <a href="/runs">Show all runs</a>
        </p>
      </div>
    );
  }
  return (
    <div class="empty">
      <p>No run has been asked for yet.</p>
      <p>
        <a class="button" href="/">
          Start the first one
        </a>
      </p>
    </div>
  );
}

/** The table, and around it the form that leads to the confirmation of cancelling what is ticked. */
function RunForm({ page, found, listing, nowMs }: Omit<RunsPageProps, "signedIn" | "notice">): VNode {
  const isCancellable = page.runs.some((run) => !isTerminal(run.status));
  return (
    <form method="get" action="/runs/cancel" data-bulk>
      <ListingInputs listing={listing} />
      <p class="list-head">
        <span>
          {found.orMore ? "More than " : ""}
          {formatCount(found.count)} {found.count === 1 ? "run" : "runs"}
        </span>
        {isCancellable ? (
          <>
            <label class="select-all" data-select-all hidden>
              <input type="checkbox" /> Select what can be cancelled
            </label>
            <button type="submit" class="quiet" data-cancel-selected>
              Cancel selected…
            </button>
          </>
        ) : null}
      </p>
      <RunTable runs={page.runs} nowMs={nowMs} isCancellable={isCancellable} />
    </form>
  );
}

/** What brings somebody back to the list that they came from. */
export function ListingInputs({ listing }: { readonly listing: RunListing }): VNode {
  const { status, q, type, dataset, sort } = listing;
  return (
    <>
      {Object.entries({ status, q, type, dataset, sort }).map(([name, value]) =>
        value === undefined ? null : <input type="hidden" name={name} value={value} />,
      )}
    </>
  );
}

interface RunTableProps {
  readonly runs: readonly Run[];
  readonly nowMs: number;
  readonly isCancellable: boolean;
}

function RunTable({ runs, nowMs, isCancellable }: RunTableProps): VNode {
  return (
    <table class="runs">
      <thead>
        <tr>
          {isCancellable ? (
            <th scope="col">
              <span class="visually-hidden">Select</span>
            </th>
          ) : null}
          <th scope="col">Asked for (UTC)</th>
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
          <th scope="col" class="number">
            Duration
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow run={run} nowMs={nowMs} isCancellable={isCancellable} />
        ))}
      </tbody>
    </table>
  );
}

interface RunRowProps {
  readonly run: Run;
  readonly nowMs: number;
  readonly isCancellable: boolean;
}

function RunRow({ run, nowMs, isCancellable }: RunRowProps): VNode {
  const { elapsedMs, accountedPercent } = runNumbers(run, nowMs);
  return (
    <tr>
      {isCancellable ? <SelectCell run={run} /> : null}
      <th scope="row">
        <a href={`/runs/${run.id}`}>
          <time dateTime={run.createdAt.toISOString()}>{formatMinute(run.createdAt)}</time>
        </a>
        <span class="of-type">{run.recordType.name}</span>
        <code class="id">{run.id.slice(-12)}</code>
      </th>
      <td data-label="Status">
        <StatusBadge status={run.status} />
        {isTerminal(run.status) || accountedPercent === null ? null : (
          <span class="percent">{accountedPercent} %</span>
        )}
        {run.error === null ? null : (
          <span class="note reason" title={run.error}>
            {run.error}
          </span>
        )}
      </td>
      <NumberCell label="Requested" value={formatRequested(run.requested)} />
      <NumberCell label="Stored" value={formatCount(run.stored)} />
      <NumberCell
        label="Flagged"
        value={formatCount(run.flagged)}
        tone={run.flagged > 0 ? "flagged" : "zero"}
      />
      <NumberCell
        label="Dead letters"
        value={formatCount(run.deadLettered)}
        tone={run.deadLettered > 0 ? "dead" : "zero"}
      />
      <NumberCell label="Duration" value={elapsedMs === null ? "–" : formatDuration(elapsedMs)} />
    </tr>
  );
}

function SelectCell({ run }: { readonly run: Run }): VNode {
  return (
    <td class="select">
      {isTerminal(run.status) ? null : (
        <input
          type="checkbox"
          name="id"
          value={run.id}
          aria-label={`Select the run of ${formatRequested(run.requested)}, ${run.id.slice(-12)}`}
        />
      )}
    </td>
  );
}

interface NumberCellProps {
  readonly label: string;
  readonly value: string;
  readonly tone?: "zero" | "flagged" | "dead";
}

function NumberCell({ label, value, tone }: NumberCellProps): VNode {
  return (
    <td class="number" data-label={label} data-tone={tone}>
      {value}
    </td>
  );
}

const backTexts: Readonly<Record<RunOrder, string>> = {
  newest: "← Newest",
  oldest: "← Oldest",
  largest: "← Largest",
  longest: "← Longest",
};
const onTexts: Readonly<Record<RunOrder, string>> = {
  newest: "Older →",
  oldest: "Newer →",
  largest: "Smaller →",
  longest: "Shorter →",
};

function Pager({ page, listing }: Pick<RunsPageProps, "page" | "listing">): VNode | null {
  const isFirst = listing.before === undefined;
  const order = runOrderOf(listing);
  if (isFirst && page.nextBefore === null) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {isFirst ? null : <a href={listingUrl("/runs", listing, { before: null })}>{backTexts[order]}</a>}
      {page.nextBefore === null ? null : (
        <a class="older" href={listingUrl("/runs", listing, { before: page.nextBefore })} rel="next">
          {onTexts[order]}
        </a>
      )}
    </nav>
  );
}
