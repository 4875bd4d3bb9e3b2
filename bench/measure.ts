/** One thing that a stage measures: what was reached, beside the limits that it is held against, of the same run. */
export interface Measurement {
  /** The stage's name. With `what` it is what two results are compared by. */
  readonly stage: string;
  readonly what: string;
  readonly records: number;
  /** Null where not a rate is measured. */
  readonly recordsPerSecond: number | null;
  readonly limits: readonly Limit[];
  /** Further figures, whose names end in their unit. */
  readonly figures: Readonly<Record<string, number>>;
}

export interface Limit {
  readonly what: string;
  readonly recordsPerSecond: number;
  /** The measured rate as a part of the limit's, rounded to two digits. */
  readonly ratio: number;
}

/** Records and the seconds that they took. */
export interface Timing {
  readonly records: number;
  readonly seconds: number;
}

/** The measurement of a rate. */
export function rateOf(
  stage: string,
  what: string,
  timing: Timing,
  limits: readonly (Timing & { readonly what: string })[] = [],
  figures: Readonly<Record<string, number>> = {},
): Measurement {
  const rate = perSecond(timing);
  return {
    stage,
    what,
    records: timing.records,
    recordsPerSecond: rate,
    limits: limits.map((limit) => ({
      what: limit.what,
      recordsPerSecond: perSecond(limit),
      ratio: round(rate / perSecond(limit)),
    })),
    figures,
  };
}

const perSecond = ({ records, seconds }: Timing): number => Math.round(records / seconds);

/** To two digits behind the point. */
export function round(figure: number): number {
  return Math.round(figure * 100) / 100;
}

/** Seconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / 1000;
}

/** CPU seconds of this process that `work` takes: what else runs on the machine takes none of them. */
export async function cpuTimed(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** The figure below which this part of all lies; of the middle one disturbed round does not decide. */
export function quantile(figures: readonly number[], part: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export const median = (figures: readonly number[]): number => quantile(figures, 0.5);
