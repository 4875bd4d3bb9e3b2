import type { Queryable } from "../ledger/database.ts";
import { listRecentPaces } from "../ledger/recent-paces.ts";
import { measureRowSize } from "../ledger/row-size.ts";
import { withDeadline } from "./deadline.ts";
import { type Measured, medianPace } from "./estimate-run.ts";

/** What has been measured of late; null where PostgreSQL does not say in time. Never rejects. */
export type Measure = () => Promise<Measured | null>;

const freshMs = 5_000;
/** The form does not wait for its estimate for longer. */
const patienceMs = 400;

/** Measures at most once in a while, however often the form is asked for. */
export function createMeasure(db: Queryable): Measure {
  let latest: { readonly atMs: number; readonly measured: Promise<Measured | null> } | null = null;

  const measure = async (): Promise<Measured | null> => {
    const [paces, rowSize] = await Promise.all([listRecentPaces(db), measureRowSize(db)]);
    return { pace: medianPace(paces), rowSize };
  };

  return () => {
    if (latest === null || Date.now() - latest.atMs > freshMs) {
      // An estimate is a courtesy: without it the form is as good.
      latest = { atMs: Date.now(), measured: measure().catch(() => null) };
    }
    return withDeadline(latest.measured, patienceMs, "an estimate").catch(() => null);
  };
}
