import type { Queryable } from "../../../ledger/database/database.ts";
import { listRecentPaces } from "../../../ledger/history/recent-paces.ts";
import { measureRowSize } from "../../../ledger/history/row-size.ts";
import type { RecordTable } from "../../../records/record-type.ts";
import { withDeadline } from "../../http/deadline.ts";
import type { Measured } from "./estimate-run.ts";
import { fitPace } from "./fit-pace.ts";

/** What was measured last; null where PostgreSQL has not said anything yet. Never rejects. */
export type Measure = () => Promise<Measured | null>;

const freshMs = 5_000;
/** The form does not wait for its estimate for longer. */
const patienceMs = 400;

/** Measures at most once in a while, however often the form is asked for. */
/** @param table null: the records have no rows to measure */
export function createMeasure(db: Queryable, table: RecordTable | null): Measure {
  let last: Measured | null = null;
  let asked: { readonly atMs: number; readonly answer: Promise<unknown> } | null = null;

  const measure = async (): Promise<void> => {
    const [paces, rowSize] = await Promise.all([
      listRecentPaces(db),
      table === null ? null : measureRowSize(db, table),
    ]);
    last = { pace: fitPace(paces), rowSize };
  };

  return async () => {
    if (asked === null || Date.now() - asked.atMs > freshMs) {
      // An estimate is a courtesy: without it, or with an older one, the form is as good.
      asked = { atMs: Date.now(), answer: measure().catch(() => undefined) };
    }
    await withDeadline(asked.answer, patienceMs, "an estimate").catch(() => undefined);
    return last;
  };
}
