import type { VNode } from "preact";
import { isRealtime, type Pace } from "../../../ledger/runs/pace.ts";
import { isTerminal, type Run } from "../../../ledger/runs/run.ts";
import { described, Hint, InputError } from "../../new-run/input-parts.tsx";
import { CsrfInput } from "../../page/csrf-input.tsx";
import { formatCount } from "../../page/format.ts";

/** What stands in the form for another rate: as typed, and what is wrong with it. */
export interface RateEntry {
  readonly text: string;
  readonly error?: string | undefined;
}

/** The address at which a run's page shows the form; without a script that page is not loaded anew under who types. */
export const rateFormUrl = (run: Run): string => `/runs/${run.id}?edit=rate#pace`;

/** Whether a run's rate can be another. */
export const hasRateToChange = (run: Run): run is Run & { readonly pace: Pace } =>
  run.pace !== null && !isRealtime(run.pace) && !isTerminal(run.status);

interface RateFactProps {
  readonly run: Run;
  /** Whether the form for another one is there already. */
  readonly isEdited: boolean;
}

/** The rate that was asked for, and where it can be changed the way there. */
export function RateFact({ run, isEdited }: RateFactProps): VNode | null {
  if (run.pace === null) return null;
  return (
    <>
      <dt>Rate</dt>
      <dd data-part="rate">
        {describePace(run.pace)}
        {hasRateToChange(run) && !isEdited ? (
          <>
            {" "}
            <a class="note" href={rateFormUrl(run)}>
              Change the rate…
            </a>
          </>
        ) : null}
      </dd>
    </>
  );
}

interface RateFormProps {
  readonly run: Run & { readonly pace: Pace };
  readonly csrfToken: string;
  readonly entry: RateEntry;
}

/** The form for another rate; the run's shape stays. */
export function RateForm({ run, csrfToken, entry }: RateFormProps): VNode {
  return (
    <form class="rate-form input" method="post" action={`/runs/${run.id}/rate`}>
      <CsrfInput token={csrfToken} />
      <label for="rate">New rate</label>
      <div class="rate-line">
        <input
          id="rate"
          name="rate"
          type="text"
          inputMode="decimal"
          autoComplete="off"
          // biome-ignore lint/a11y/noAutofocus: the page is asked for in order to type here
          autoFocus
          value={entry.text}
          {...described("rate", entry.error, true)}
        />
        <button type="submit">Set the rate</button>
        <a class="button quiet" href={`/runs/${run.id}#pace`}>
          Keep it
        </a>
      </div>
      <InputError input="rate" message={entry.error} />
      <Hint input="rate">{hintFor(run.pace)} Takes effect within a second.</Hint>
    </form>
  );
}

function describePace({ rate, shape }: Pace): string {
  const asked = `${formatCount(rate)} /s`;
  switch (shape.kind) {
    case "ramp":
      return `${asked}, within ${shape.seconds} s from ${formatCount(shape.from)} /s`;
    case "burst":
      return `${asked}, times ${shape.factor} in the last ${shape.burstSeconds} s of every ${shape.everySeconds} s`;
    case "realtime":
      return `in real time: ${formatCount(shape.entities)} every ${shape.everySeconds} s`;
    default:
      return asked;
  }
}

function hintFor({ shape }: Pace): string {
  switch (shape.kind) {
    case "ramp":
      return "Records a second once the ramp is over, which goes on from where it is.";
    case "burst":
      return `Records a second outside of bursts, which stay ${shape.factor} times as high.`;
    default:
      return "Records a second, for the run as a whole.";
  }
}
