import type { VNode } from "preact";
import { formatCount, formatDuration } from "../../page/format.ts";
import type { RunEstimate } from "./estimate-run.ts";
import type { MeasuredPace } from "./fit-pace.ts";

/** How long the run will take and how much it will weigh, and on what that rests. */
export function EstimateText({ estimate }: { readonly estimate: RunEstimate | null }): VNode {
  if (estimate === null) return <span class="basis">No estimate now: nothing is measured yet.</span>;
  return (
    <>
      <span class="figures">
        <span>{timeText(estimate)}</span>
        <span>{sizeText(estimate)}</span>
      </span>{" "}
      <span class="basis">
        {[paceBasis(estimate), sizeBasis(estimate)].filter((text) => text !== "").join(" · ")}
      </span>
    </>
  );
}

function timeText({ count, seconds }: RunEstimate): string {
  if (count === null) return "Without an end";
  if (seconds === null) return "Time not measured yet";
  return seconds < 1 ? "About a second" : `About ${roughDuration(seconds)}`;
}

function sizeText({ count, bytes }: RunEstimate): string {
  if (bytes === null) return "";
  return `about ${formatBytes(bytes)}${count === null ? " a day" : ""}`;
}

/** What the time rests on, and how far that can be trusted. */
function paceBasis(estimate: RunEstimate): string {
  const { recordsPerSecond, seconds, timeBasis, isLimited, measured } = estimate;
  if (recordsPerSecond === null) return "a completed run gives the measure";
  const rate = `${formatCount(roundTo2(recordsPerSecond))} records/s`;
  if (timeBasis === "rate" || measured.pace === null) return `${rate}, the rate asked for`;
  const { fixedSeconds, isAssumed } = measured.pace;
  const hasStart = seconds !== null && fixedSeconds >= 0.05 && fixedSeconds > telling * seconds;
  return [
    `${rate}${isAssumed ? " assumed" : ""}`,
    ...(hasStart ? [`after a start of ${formatDuration(fixedSeconds * 1000)}`] : []),
    ...(isLimited ? ["below the rate asked for"] : []),
    ...sureness(estimate, measured.pace),
  ].join(", ");
}

/** What is a smaller part of the whole changes nothing of what is shown. */
const telling = 0.05;

function sureness({ seconds, secondsAtMost, timeBasis }: RunEstimate, pace: MeasuredPace): string[] {
  const { runs, largestRecords, spread } = pace;
  const by = runs === 1 ? "by the last run" : `by the last ${runs} runs`;
  if (seconds !== null && secondsAtMost !== null) {
    const isMore = secondsAtMost > (1 + telling) * seconds;
    return [
      by,
      timeBasis === "assumed" ? "too small to tell" : `none above ${formatCount(largestRecords)}`,
      ...(isMore ? [`${roughDuration(secondsAtMost)} at most`] : []),
    ];
  }
  return spread === null ? [by] : [by, `most within ${Math.max(1, Math.ceil(spread * 20)) * 5} %`];
}

const sizeBasis = ({ bytesPerRow, measured: { rowSize } }: RunEstimate): string =>
  bytesPerRow === null || rowSize === null
    ? "size not measured yet"
    : `${formatCount(Math.round(bytesPerRow))} bytes a row, by the table's ${formatCount(roundTo2(rowSize.rows))} rows`;

/** Two significant digits: an estimate does not know more. */
const roundTo2 = (number: number): number => Number(number.toPrecision(2));

/** `4.2 s`, `12 s`, `3 min`, `2 h 5 min`. */
function roughDuration(seconds: number): string {
  if (seconds < 59.5 || seconds >= 3570) return formatDuration(seconds * 1000);
  return `${Math.round(seconds / 60)} min`;
}

const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];

/** 4600000 as 4.6 MB. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return `${formatCount(roundTo2(bytes / 1000 ** power))} ${units[power]}`;
}
