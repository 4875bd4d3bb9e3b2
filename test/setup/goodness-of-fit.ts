/**
 * Pearson's chi-square test. Cells of which fewer than five are expected are pooled, as the test needs.
 * @param weights the expected shares, in any unit
 * @returns the statistic, and the value that chance exceeds once in 10,000 times
 */
export function chiSquareTest(
  counts: readonly number[],
  weights: readonly number[],
): { statistic: number; critical: number } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const weight = weights.reduce((sum, share) => sum + share, 0);
  const cells = counts.map((count, index) => ({ count, expected: (total * (weights[index] ?? 0)) / weight }));
  const large = cells.filter(({ expected }) => expected >= 5);
  const small = cells.filter(({ expected }) => expected < 5);
  const rest = {
    count: small.reduce((sum, { count }) => sum + count, 0),
    expected: small.reduce((sum, { expected }) => sum + expected, 0),
  };
  if (rest.count > 0 && rest.expected === 0) return { statistic: Number.POSITIVE_INFINITY, critical: 0 };
  const pooled = rest.expected >= 5 ? [...large, rest] : large;
  const statistic = pooled.reduce((sum, { count, expected }) => sum + (count - expected) ** 2 / expected, 0);
  return { statistic, critical: chiSquareCritical(pooled.length - 1) };
}

/** Wilson and Hilferty's approximation (1931) of the 0.9999 quantile: 18.5 of 1 degree of freedom... 161 of 100. */
function chiSquareCritical(freedom: number): number {
  const z = 3.719;
  return freedom * (1 - 2 / (9 * freedom) + z * Math.sqrt(2 / (9 * freedom))) ** 3;
}

/**
 * Kolmogorov and Smirnov's test of values against a continuous distribution.
 * @returns the greatest distance, and that which chance exceeds once in 10,000 times: sqrt(-ln(0.0001 / 2) / 2 / n)
 */
export function kolmogorovSmirnovTest(
  values: readonly number[],
  cumulative: (value: number) => number,
): { statistic: number; critical: number } {
  const sorted = Float64Array.from(values).sort();
  let statistic = 0;
  sorted.forEach((value, index) => {
    const expected = cumulative(value);
    const below = expected - index / sorted.length;
    const above = (index + 1) / sorted.length - expected;
    statistic = Math.max(statistic, below, above);
  });
  return { statistic, critical: 2.225 / Math.sqrt(sorted.length) };
}

/** How often each of the values came. */
export function countOf<T>(values: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
