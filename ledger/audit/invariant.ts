/** A sentence about the ledger that is always true, and the statement that finds where it is not. */
export interface Invariant {
  readonly name: string;
  readonly sentence: string;
  /** $1: a run's id, or NULL for all runs. Gives a row for each violation. */
  readonly sql: string;
  /** $2 and what follows. */
  readonly values?: readonly unknown[];
  /** It says the same of every run, and is checked where $1 is NULL. */
  readonly ofAllRuns?: true;
}
