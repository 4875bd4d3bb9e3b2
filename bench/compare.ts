import type { Measurement } from "./measure.ts";

/** A figure of two results. */
export interface Comparison {
  /** What it is a figure of, and its name. */
  readonly what: string;
  readonly before: number;
  readonly now: number;
  /** Now as a part of before. */
  readonly ratio: number;
}

/** The figures that two results have in common, in the order of the newer one. */
export function compareMeasurements(
  before: readonly Measurement[],
  now: readonly Measurement[],
): readonly Comparison[] {
  const known = new Map(before.flatMap(figuresOf));
  return now.flatMap(figuresOf).flatMap(([what, figure]) => {
    const earlier = known.get(what);
    return earlier === undefined || earlier === 0
      ? []
      : [{ what, before: earlier, now: figure, ratio: figure / earlier }];
  });
}

/** Every figure of a measurement by a name of its own. */
function figuresOf({ stage, what, recordsPerSecond, limits, figures }: Measurement): [string, number][] {
  const name = `${stage}, ${what}`;
  return [
    ...(recordsPerSecond === null ? [] : [[`${name}: records/s`, recordsPerSecond] as [string, number]]),
    ...limits.map((limit): [string, number] => [`${name}: part of ${limit.what}`, limit.ratio]),
    ...Object.entries(figures).map(([key, figure]): [string, number] => [`${name}: ${key}`, figure]),
  ];
}
