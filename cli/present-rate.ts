import { accountedFor, type Run } from "./run.ts";

/**
 * Milliseconds over which the present rate is measured. Records come in lumps, as the consumer commits them: over a
 * second or two one lump more or less would be a good part of them.
 */
const longestMs = 15_000;
const shortestMs = 5_000;

/** How long after a lump the run counts as standing still, unless its rate is so low. */
const stillAfterMs = 2_000;

/**
 * The records a second of the last 15 seconds, or since the wanted rate has been what it is. Counted from one lump of
 * records to another, since the time between two looks holds no whole number of lumps; what differs from the wanted rate by
 * a lump at most is that rate, as far as can be told.
 * @param clock milliseconds
 * @returns a function that takes the run as it is now and gives its rate; null where it is too early to tell
 */
export function measurePresentRate(clock: () => number = Date.now): (run: Run) => number | null {
  let lumps: { readonly atMs: number; readonly accounted: number }[] = [];
  let seen: { readonly sinceMs: number; readonly rate: number | null } | null = null;
  let accounted = 0;
  return (run) => {
    const nowMs = clock();
    if (seen === null || seen.rate !== run.rate) {
      seen = { sinceMs: nowMs, rate: run.rate };
      lumps = [];
    } else if (accountedFor(run) !== accounted) {
      lumps.push({ atMs: nowMs, accounted: accountedFor(run) });
    }
    accounted = accountedFor(run);
    while (lumps.length > 2 && nowMs - (lumps[1]?.atMs ?? 0) >= longestMs) lumps.shift();
    const first = lumps.at(0) ?? { atMs: seen.sinceMs, accounted };
    const lastMs = lumps.at(-1)?.atMs ?? seen.sinceMs;
    const isStill = nowMs - lastMs > Math.max(stillAfterMs, 2_000 / (run.rate ?? 1));
    const lastingMs = (isStill ? nowMs : lastMs) - first.atMs;
    if (lastingMs < shortestMs && !isStill) return null;
    const records = accounted - first.accounted;
    const wanted = run.rate ?? 0;
    return Math.abs(records - (wanted * lastingMs) / 1000) <= largestLump(lumps)
      ? wanted
      : (records * 1000) / lastingMs;
  };
}

function largestLump(lumps: readonly { readonly accounted: number }[]): number {
  return lumps.reduce(
    (largest, { accounted }, i) => Math.max(largest, accounted - (lumps[i - 1]?.accounted ?? accounted)),
    0,
  );
}
