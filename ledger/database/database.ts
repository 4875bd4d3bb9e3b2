import pg from "pg";

/** Whatever runs one statement: the pool, or the client of an open transaction. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(
    text: string,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<Row>>;
}

export type Pool = pg.Pool;
export type Client = pg.PoolClient;

/** Counts and sequence numbers stay below 2^53 (checked where they enter), so numbers can carry them. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === pg.types.builtins.INT8
      ? Number
      : pg.types.getTypeParser(oid, format as "text")) as typeof pg.types.getTypeParser,
};

export interface PoolOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly maxConnections: number;
  /**
   * Milliseconds after which the server ends a statement or a transaction: a process that is stopped with a
   * lock in its hands (SIGSTOP, a lost network) must not hold up the others.
   */
  readonly transactionTimeoutMs: number;
  /**
   * Milliseconds after which waiting for a lock fails with an error of its own, which says that others are at work; by
   * default it counts as a statement's work.
   */
  readonly lockTimeoutMs?: number;
}

/**
 * Opens a pool. A connection's failure rejects the query that needed it; on its own it is only told to
 * `onIdleError`.
 */
export function openPool(options: PoolOptions, onIdleError: (error: Error) => void): Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.maxConnections,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types,
    options: Object.entries({
      TimeZone: "UTC",
      statement_timeout: options.transactionTimeoutMs,
      transaction_timeout: options.transactionTimeoutMs,
      lock_timeout: options.lockTimeoutMs ?? 0,
    })
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(" "),
  });
  pool.on("error", onIdleError);
  // A client that is checked out reports a lost connection here as well as through its query.
  pool.on("connect", (client) => client.on("error", onIdleError));
  return pool;
}

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it throws.
 *
 * Whoever locks lines of several tables does it in one order, so that nobody waits in a circle: `consumer_progress`,
 * `dead_letters`, `chunks`, `runs`, and several of one table by its key, ascending, before any of them is changed
 * (`ORDER BY … FOR NO KEY UPDATE`). Behind the planning lock (`inPlanningTurn`) nobody waits for a line.
 */
export async function inTransaction<T>(pool: Pool, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((rollbackError: unknown) => {
      broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** PostgreSQL's error code (SQLSTATE), or null where the error is not PostgreSQL's own. */
export function sqlState(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null;
}
