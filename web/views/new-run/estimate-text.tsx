import type { VNode } from "preact";
import type { MeasuredPace, RunEstimate } from "../../estimate-run.ts";
import { formatCount, formatDuration } from "../format.ts";

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

function paceBasis({ recordsPerSecond, paceBy, measured }: RunEstimate): string {
  if (recordsPerSecond === null) return "a completed run gives the measure";
  const rate = `${formatCount(roundTo2(recordsPerSecond))} records/s`;
  if (paceBy === "rate") return `${rate}, the rate asked for`;
  const median = measured.pace === null ? "" : medianText(measured.pace);
  return paceBy === "limit" ? `${rate}, ${median}: below the rate asked for` : `${rate}, ${median}`;
}

function medianText({ runs, areSmall }: MeasuredPace): string {
  if (runs === 1) return areSmall ? "as one small run had it" : "as the last large run had it";
  return `the median of the last ${runs} ${areSmall ? "small " : ""}runs`;
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
