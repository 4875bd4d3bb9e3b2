import type { VNode } from "preact";
import { formatCount } from "../page/format.ts";
import { deadLettersUrl } from "./dead-letters-url.ts";

export interface SentNoticeProps {
  /** How many were just sent again; null where none were. */
  readonly sent: number | null;
  /** How many were to be mended just now, and no rule mends. */
  readonly skipped: number | null;
}

/** What has just been sent. */
export function SentNotice({ sent, skipped }: SentNoticeProps): VNode | null {
  if (sent === null) return null;
  return (
    <p class="notice" role="status">
      {formatCount(sent)} sent again. What cannot become a row this time comes back with the newest reason.
      {skipped === null || skipped === 0
        ? null
        : ` ${formatCount(skipped)} not sent, since no rule mends them.`}
    </p>
  );
}

/** Whose letters these are, and the way to those of all. */
export function OfOneRun({
  runId,
  reason = null,
}: {
  readonly runId: string | null;
  readonly reason?: string | null;
}): VNode | null {
  if (runId === null) return null;
  return (
    <p class="of-run">
      Of the run <a href={`/runs/${runId}`}>{runId}</a>.{" "}
      <a href={deadLettersUrl({ reason, runId: null })}>Of all runs</a>
    </p>
  );
}
