import type { VNode } from "preact";
import type { Run } from "../../ledger/runs/run.ts";
import { formatCount } from "../page/format.ts";
import type { RunNumbers } from "./run-numbers.ts";

const width = 1000;

/**
 * How far a run has come, in the colours of the ledger; of an endless run, what became of the records so far. Drawn with attributes, since the page's policy allows no
 * inline style.
 */
export function RunProgress({ run, numbers }: { readonly run: Run; readonly numbers: RunNumbers }): VNode {
  const share = (records: number): number =>
    Math.round((records / Math.max(numbers.expected, 1)) * width * 10) / 10;
  const clean = run.stored - run.flagged;
  const { accounted, expected, accountedPercent } = numbers;
  const [reached, summary] =
    accountedPercent === null
      ? [formatCount(accounted), `records accounted for, of ${formatCount(expected)} made so far`]
      : [
          `${accountedPercent} %`,
          `${formatCount(accounted)} of ${formatCount(expected)} records accounted for`,
        ];
  return (
    <div class="progress">
      <div
        role="progressbar"
        aria-label="Records accounted for"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={accountedPercent ?? undefined}
        data-progress
      >
        <svg viewBox={`0 0 ${width} 10`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
          <rect class="bar-produced" data-bar="produced" x="0" width={share(run.produced)} height="10" />
          <rect class="bar-stored" data-bar="stored" x="0" width={share(clean)} height="10" />
          <rect
            class="bar-flagged"
            data-bar="flagged"
            x={share(clean)}
            width={share(run.flagged)}
            height="10"
          />
          <rect
            class="bar-dead"
            data-bar="dead"
            x={share(run.stored)}
            width={share(run.deadLettered)}
            height="10"
          />
        </svg>
      </div>
      <p class="progress-text">
        <strong data-reached>{reached}</strong> <span data-summary>{summary}</span>
      </p>
      <p class="visually-hidden" aria-live="polite" data-announcement />
    </div>
  );
}
