import type { RunPace } from "../ledger/recent-paces.ts";
import type { RowSize } from "../ledger/row-size.ts";

/** What has been measured of this installation. */
export interface Measured {
  readonly pace: MeasuredPace | null;
  readonly rowSize: RowSize | null;
}

export interface MeasuredPace {
  readonly recordsPerSecond: number;
  /** On how many runs it rests. */
  readonly runs: number;
  /** In a small run the start weighs more than the records: a large one is faster. */
  readonly areSmall: boolean;
}

const largeRecords = 10_000;
const mostRuns = 20;

/** The median of the latest large runs; of small ones where there is no large one; null where none has been completed. */
export function medianPace(paces: readonly RunPace[]): MeasuredPace | null {
  const large = paces.filter(({ records }) => records >= largeRecords);
  const chosen = (large.length > 0 ? large : paces).slice(0, mostRuns);
  if (chosen.length === 0) return null;
  const rates = chosen.map(({ records, seconds }) => records / seconds).sort((a, b) => a - b);
  const middle = rates.length / 2;
  const recordsPerSecond = ((rates[Math.floor(middle)] ?? 0) + (rates[Math.ceil(middle) - 1] ?? 0)) / 2;
  return { recordsPerSecond, runs: chosen.length, areSmall: large.length === 0 };
}

export interface RunEstimate {
  readonly count: number | null;
  /** Null for an endless run, and where no pace is known. */
  readonly seconds: number | null;
  /** At which the records come: as asked for, at most as measured. */
  readonly recordsPerSecond: number | null;
  readonly paceBy: "rate" | "measured" | "limit" | null;
  /** In PostgreSQL, for the whole run; for a day of an endless one. */
  readonly bytes: number | null;
  readonly bytesPerRow: number | null;
  readonly measured: Measured;
}

export interface EstimatedRun {
  /** Null for an endless run. */
  readonly count: number | null;
  /** Records a second that the request asks for. */
  readonly rate: number | null;
  /** Mean JSON of the run's own first records. */
  readonly payloadBytes: number | null;
}

const secondsADay = 86_400;

/** How long a run takes and how much it will weigh, by what has been measured. */
export function estimateRun({ count, rate, payloadBytes }: EstimatedRun, measured: Measured): RunEstimate {
  const limit = measured.pace?.recordsPerSecond ?? null;
  const recordsPerSecond = rate !== null && (limit === null || rate <= limit) ? rate : limit;
  const bytesPerRow = ownBytesPerRow(payloadBytes, measured.rowSize);
  const records = count ?? (recordsPerSecond === null ? null : recordsPerSecond * secondsADay);
  return {
    count,
    recordsPerSecond,
    paceBy:
      recordsPerSecond === null
        ? null
        : rate === null
          ? "measured"
          : rate <= recordsPerSecond
            ? "rate"
            : "limit",
    seconds: count === null || recordsPerSecond === null ? null : count / recordsPerSecond,
    bytesPerRow,
    bytes: bytesPerRow === null || records === null ? null : bytesPerRow * records,
    measured,
  };
}

/** A row holds its record twice, in columns and as the message came; the rest of it does not depend on the record. */
function ownBytesPerRow(payloadBytes: number | null, size: RowSize | null): number | null {
  if (payloadBytes === null || size === null) return null;
  return Math.max(size.bytesPerRow + 2 * (payloadBytes - size.payloadBytes), payloadBytes);
}
