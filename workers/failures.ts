import { AssertionError } from "node:assert";
import { sqlState } from "../ledger/database/database.ts";
import { TopicTaken } from "../ledger/types/topic-taken.ts";

/** SQLSTATE classes that only a mistake in a statement or in the ledger's own sums can bring: repeating is no use. */
const mistakes = new Set(["22", "23", "42"]);

/** A registered type's table takes not even a clean record: its owner has dropped or changed it. That is no reason to read no other. */
export class UnfitTable extends Error {}

/** What the language itself or an assertion throws: nothing that waiting would mend. */
const bugs = [TypeError, RangeError, SyntaxError, ReferenceError, AssertionError];

/**
 * Whether it will be the same the next time. A plain Error will not: pg throws one for most of what a lost connection brings
 * ("Connection terminated unexpectedly", "timeout exceeded when trying to connect"), and nothing else tells it. Our own code
 * asserts what it takes for impossible.
 */
export function isMistake(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof TopicTaken || error instanceof UnfitTable) return true;
  if (bugs.some((bug) => error instanceof bug)) return true;
  return mistakes.has(sqlState(error)?.slice(0, 2) ?? "");
}

/**
 * What PostgreSQL says of itself: lost connections, conflicts with other transactions, a disk that is full, no connection left, locks
 * that others hold, a shutdown or a restart, errors of the operating system.
 * https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const ownTrouble = /^(08|40|53100|53300|55P03|57P|58)/;

export const isOwnTrouble = (error: unknown): boolean => ownTrouble.test(sqlState(error) ?? "");
