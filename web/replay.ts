import { replayMessage } from "../kafka/message.ts";
import type { Queryable } from "../ledger/database.ts";
import {
  countDeadLetters,
  type DeadLetter,
  type DeadLetterFilter,
  listDeadLetters,
} from "../ledger/dead-letters.ts";
import { invalidRequest, type Problem } from "./problem.ts";
import type { SpreadMessages } from "./spread-messages.ts";

export interface Replay {
  /** Unresolved dead letters that the filter lets through. */
  readonly matched: number;
  /** Those that were sent again, or would be. */
  readonly ids: readonly number[];
}

export type ReplayDeadLetters = (
  filter: Omit<DeadLetterFilter, "resolved">,
  options: { readonly limit: number; readonly dryRun: boolean },
) => Promise<Replay>;

/** Sends unresolved dead letters again, the newest first; what Kafka took before a failure stays sent. */
export function createReplayDeadLetters(db: Queryable, spreadMessages: SpreadMessages): ReplayDeadLetters {
  return async (wanted, { limit, dryRun }) => {
    const filter = { ...wanted, resolved: false };
    const counts = await countDeadLetters(db, filter);
    const ids: number[] = [];
    for await (const page of pages(db, filter, limit)) {
      if (!dryRun) await spreadMessages(page, replayMessage);
      ids.push(...page.map((letter) => letter.id));
    }
    return { matched: counts.reduce((sum, { count }) => sum + count, 0), ids };
  };
}

export const noReplayFilterMessage = "needs one of ids, reason and runId, or all: true";

/** Sending everything again must be said, not left out. */
export const noReplayFilter = (): Problem =>
  invalidRequest([{ field: "body", message: noReplayFilterMessage }]);

const lettersPerPage = 100;

/** Dead letters a page at a time: their payloads together may be larger than memory. */
async function* pages(
  db: Queryable,
  filter: DeadLetterFilter,
  limit: number,
): AsyncGenerator<readonly DeadLetter[]> {
  let before: number | null = null;
  let left = limit;
  do {
    const page: Awaited<ReturnType<typeof listDeadLetters>> = await listDeadLetters(db, filter, {
      limit: Math.min(left, lettersPerPage),
      before,
    });
    if (page.deadLetters.length > 0) yield page.deadLetters;
    left -= page.deadLetters.length;
    before = page.nextBefore;
  } while (before !== null && left > 0);
}
