/** A stage's result: what was reached, and the limit that it is held against, measured in the same run. */
export interface Measurement {
  readonly stage: string;
  readonly records: number;
  readonly recordsPerSecond: number;
  readonly limit: { readonly what: string; readonly recordsPerSecond: number } | null;
  /** recordsPerSecond as a part of the limit's; rounded to two digits. */
  readonly ratio: number | null;
  readonly details?: Readonly<Record<string, number>>;
}

export function measurement(
  stage: string,
  records: number,
  seconds: number,
  limit: { readonly what: string; readonly seconds: number; readonly records?: number } | null,
  details?: Readonly<Record<string, number>>,
): Measurement {
  const recordsPerSecond = Math.round(records / seconds);
  const limitRate = limit === null ? null : Math.round((limit.records ?? records) / limit.seconds);
  return {
    stage,
    records,
    recordsPerSecond,
    limit: limit === null || limitRate === null ? null : { what: limit.what, recordsPerSecond: limitRate },
    ratio: limitRate === null ? null : Math.round((recordsPerSecond / limitRate) * 100) / 100,
    ...(details === undefined ? {} : { details }),
  };
}

/** Seconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / 1000;
}

/** The middle of several figures, so that one disturbed round does not decide. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
