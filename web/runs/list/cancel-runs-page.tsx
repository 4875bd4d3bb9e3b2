import type { VNode } from "preact";
import { isTerminal, type Run } from "../../../ledger/runs/run.ts";
import type { SignedIn } from "../../access/visitor.ts";
import { CsrfInput } from "../../page/csrf-input.tsx";
import { formatCount, formatInstant, formatRunTitle } from "../../page/format.ts";
import { Page, renderPage } from "../../page/layout.tsx";
import { StatusBadge } from "../../page/status-badge.tsx";
import { listingUrl, type RunListing } from "./run-listing.ts";
import { ListingInputs } from "./runs-page.tsx";

export interface CancelRunsPageProps {
  /** The runs that were ticked. */
  readonly runs: readonly Run[];
  /** The list that they were ticked in. */
  readonly listing: RunListing;
  readonly csrfToken: string;
  readonly signedIn: SignedIn | null;
}

/** Asks once more before runs are cancelled. */
export function renderCancelRunsPage({ runs, listing, csrfToken, signedIn }: CancelRunsPageProps): string {
  const unfinished = runs.filter(({ status }) => !isTerminal(status));
  const back = listingUrl("/runs", listing);
  return renderPage(
    <Page title="Cancel runs" section="runs" signedIn={signedIn}>
      {unfinished.length === 0 ? (
        <>
          <h1>Nothing to cancel</h1>
          <p class="lede">
            {runs.length === 0
              ? "No run was selected. Tick the runs in the list first."
              : "What was selected has come to its end in the meantime."}
          </p>
          <p class="actions">
            <a class="button quiet" href={back}>
              Back to the runs
            </a>
          </p>
        </>
      ) : (
        <>
          <h1>Cancel {unfinished.length === 1 ? "this run" : `these ${unfinished.length} runs`}?</h1>
          <p class="lede">
            No further records are made; what is stored stays. A cancelled run cannot be resumed.
          </p>
          <ul class="doomed">
            {unfinished.map((run) => (
              <DoomedRun run={run} />
            ))}
          </ul>
          <form method="post" action="/runs/cancel" class="actions">
            <CsrfInput token={csrfToken} />
            <ListingInputs listing={listing} />
            {unfinished.map(({ id }) => (
              <input type="hidden" name="id" value={id} />
            ))}
            <button type="submit" class="danger">
              Cancel {unfinished.length === 1 ? "the run" : `${unfinished.length} runs`}
            </button>
            <a class="button quiet" href={back}>
              Keep {unfinished.length === 1 ? "it" : "them"}
            </a>
          </form>
        </>
      )}
    </Page>,
  );
}

function DoomedRun({ run }: { readonly run: Run }): VNode {
  return (
    <li>
      <a href={`/runs/${run.id}`}>{formatRunTitle(run)}</a> <StatusBadge status={run.status} />
      <span class="note">
        {formatCount(run.stored)} stored so far, asked for {formatInstant(run.createdAt)}
      </span>
    </li>
  );
}
