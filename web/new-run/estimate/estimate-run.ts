import type { RowSize } from "../../../ledger/history/row-size.ts";
import { type MeasuredPace, secondsOn } from "./fit-pace.ts";

/** What has been measured of this installation. */
export interface Measured {
  readonly pace: MeasuredPace | null;
  readonly rowSize: RowSize | null;
}

/**
 * How far the time can be trusted:
 * - `rate`: the run takes as long as its own rate makes it;
 * - `measured`: runs of about its size have been completed;
 * - `extrapolated`: only runs of less than a quarter of its size;
 * - `assumed`: only runs too small to tell their start from the rate.
 */
export type TimeBasis = "rate" | "measured" | "extrapolated" | "assumed";

const sameSizeRatio = 4;

export interface RunEstimate {
  readonly count: number | null;
  /** Null for an endless run, and where no pace is known. */
  readonly seconds: number | null;
  /** A large run takes no longer than in proportion to the largest one that was measured; null where one of its size was. */
  readonly secondsAtMost: number | null;
  readonly timeBasis: TimeBasis | null;
  /** At which the records come: as asked for, at most as measured. */
  readonly recordsPerSecond: number | null;
  /** Whether that is less than was asked for. */
  readonly isLimited: boolean;
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
  const { pace } = measured;
  const limit = pace?.recordsPerSecond ?? null;
  const isPaced = rate !== null && (limit === null || rate <= limit);
  const recordsPerSecond = isPaced ? rate : limit;
  const bytesPerRow = ownBytesPerRow(payloadBytes, measured.rowSize);
  const records = count ?? (recordsPerSecond === null ? null : recordsPerSecond * secondsADay);
  return {
    count,
    recordsPerSecond,
    isLimited: rate !== null && !isPaced,
    ...(isPaced ? paced(count, rate) : measuredTime(count, pace)),
    bytesPerRow,
    bytes: bytesPerRow === null || records === null ? null : bytesPerRow * records,
    measured,
  };
}

type Time = Pick<RunEstimate, "seconds" | "secondsAtMost" | "timeBasis">;

const paced = (count: number | null, rate: number): Time => ({
  seconds: count === null ? null : count / rate,
  secondsAtMost: null,
  timeBasis: "rate",
});

function measuredTime(count: number | null, pace: MeasuredPace | null): Time {
  if (pace === null) return { seconds: null, secondsAtMost: null, timeBasis: null };
  const { largestRecords, isAssumed } = pace;
  if (count === null || count <= sameSizeRatio * largestRecords) {
    const seconds = count === null ? null : secondsOn(pace, count);
    return { seconds, secondsAtMost: null, timeBasis: "measured" };
  }
  return {
    seconds: secondsOn(pace, count),
    secondsAtMost: (secondsOn(pace, largestRecords) / largestRecords) * count,
    timeBasis: isAssumed ? "assumed" : "extrapolated",
  };
}

/** A row holds its record twice, in columns and as the message came; the rest of it does not depend on the record. */
function ownBytesPerRow(payloadBytes: number | null, size: RowSize | null): number | null {
  if (payloadBytes === null || size === null) return null;
  // Rows of own types keep no message, and have all fields of their type.
  if (size.payloadBytes === null) return size.bytesPerRow;
  return Math.max(size.bytesPerRow + 2 * (payloadBytes - size.payloadBytes), payloadBytes);
}
