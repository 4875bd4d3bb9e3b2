import { setTimeout as pause } from "node:timers/promises";
import type { Pool } from "../../ledger/database/database.ts";
import { quoted } from "../../ledger/database/table-names.ts";
import { countRecords, listCountedTables } from "../../ledger/history/count-records.ts";
import { waitUntil } from "../../stack/wait-until.ts";

export interface Counting {
  /** Counts what is left. @returns the tables whose statistics do not have as many records as there are rows, in words */
  finish(): Promise<readonly string[]>;
  stop(): void;
}

/** Few, so that much is stored between two of them. */
const idsAtOnce = 2_000;
const restMs = 200;

/** Has the rows of all types counted while everything else is under way, as the summariser does, whatever happens to PostgreSQL. */
export function keepCounting(pool: Pool): Counting {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function countOn(): Promise<number> {
    let ids = 0;
    for (const table of await listCountedTables(pool)) ids += await countRecords(pool, table, idsAtOnce);
    return ids;
  }
  async function count(): Promise<void> {
    while (!signal.aborted) {
      const ids = await countOn().catch(() => 0);
      if (ids === 0) await pause(restMs, undefined, { signal }).catch(() => undefined);
    }
  }
  const counting = count();

  return {
    stop: () => stopping.abort(),
    async finish() {
      stopping.abort();
      await counting;
      await waitUntil(
        "every row to be counted",
        async () => {
          while ((await countOn()) > 0);
        },
        { timeoutMs: 60_000, everyMs: 500 },
      );
      const violations: string[] = [];
      for (const table of await listCountedTables(pool)) {
        const { rows } = await pool.query<{ counted: number; stored: number }>(
          `SELECT coalesce((SELECT sum(records) FROM record_statistics WHERE statistic = $1), 0)::bigint AS counted,
                  (SELECT count(*) FROM ${quoted(table)}) AS stored`,
          [table],
        );
        const [{ counted, stored } = { counted: 0, stored: -1 }] = rows;
        if (counted !== stored)
          violations.push(`the statistics of ${table} have ${counted} of ${stored} rows`);
      }
      return violations;
    },
  };
}
