import { inTransaction, type Pool, type Queryable } from "./database.ts";

interface Progress {
  readonly next_id: number;
  readonly settled_id: number;
}

/**
 * Counts further rows of users_raw into users_summary, each exactly once, in one transaction: ids grow, and no row is
 * counted before every row below it is there to see. So COPY does nothing for it.
 *
 * @param maxIds how many ids one call passes at most
 * @returns how many ids were passed; 0 where there is nothing more that could be counted now
 */
export async function summariseUsers(pool: Pool, maxIds: number): Promise<number> {
  if (await isUpToDate(pool)) return 0;
  return inTransaction(pool, async (client) => {
    const lastId = await readLastId(client);
    await lockProgress(client);
    await restartWhereAsked(client);
    const { next_id, settled_id } = await settleIds(client, lastId);
    const endId = Math.min(settled_id + 1, next_id + maxIds);
    if (endId <= next_id) return 0;
    await countRows(client, next_id, endId);
    await client.query("UPDATE users_summary_progress SET next_id = $1", [endId]);
    return endId - next_id;
  });
}

/** Asked first, so that nothing is written where nothing has happened. */
async function isUpToDate(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ up_to_date: boolean }>(
    `SELECT COALESCE((SELECT next_id FROM users_summary_progress WHERE NOT restart), 0)
            > COALESCE(pg_sequence_last_value('users_raw_id_seq'), 0) AS up_to_date`,
  );
  return rows[0]?.up_to_date === true;
}

/** One process counts at a time; a second one waits here and then finds the work done. */
async function lockProgress(db: Queryable): Promise<void> {
  await db.query("INSERT INTO users_summary_progress DEFAULT VALUES ON CONFLICT DO NOTHING");
  await db.query("SELECT FROM users_summary_progress FOR UPDATE");
}

/** A trigger asks for it where rows were changed or removed. */
async function restartWhereAsked(db: Queryable): Promise<void> {
  await db.query("DELETE FROM users_summary WHERE (SELECT restart FROM users_summary_progress)");
  await db.query(
    `UPDATE users_summary_progress
        SET restart = false, next_id = 1, settled_id = 0, pending_id = 0, pending_xid = '0'
      WHERE restart`,
  );
}

/**
 * The greatest id that has been handed out. Asked before this transaction has a number of its own: whoever has been handed
 * that id or a smaller one then has a smaller number (a consumer takes its locks, and with them its number, first).
 */
async function readLastId(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ last_id: number }>(
    "SELECT COALESCE(pg_sequence_last_value('users_raw_id_seq'), 0) AS last_id",
  );
  return rows[0]?.last_id ?? 0;
}

/**
 * An id is handed out before its row can be seen, so rows of smaller ids may still appear: not any more, once no
 * transaction runs whose number is smaller than that of the one that had read the id. (A snapshot's xmax is no such number:
 * it is one above the transactions that have *ended*, and some of those that run may lie beyond.)
 */
async function settleIds(db: Queryable, lastId: number): Promise<Progress> {
  await db.query(
    `UPDATE users_summary_progress SET settled_id = pending_id
      WHERE pending_xid <= pg_snapshot_xmin(pg_current_snapshot())`,
  );
  await db.query(
    `UPDATE users_summary_progress SET pending_id = GREATEST($1, pending_id), pending_xid = pg_current_xact_id()
      WHERE settled_id = pending_id`,
    [lastId],
  );
  const { rows } = await db.query<Progress>("SELECT next_id, settled_id FROM users_summary_progress");
  const [progress] = rows;
  if (progress === undefined) throw new Error("users_summary_progress has no row");
  return progress;
}

/** What was repaired quotes the record's values and lengths; without them, few texts are left. */
async function countRows(db: Queryable, fromId: number, endId: number): Promise<void> {
  await db.query(
    `INSERT INTO users_summary AS summary (run_id, stored_minute, country, repair, users)
     SELECT run_id,
            date_trunc('minute', created_at, 'UTC'),
            country,
            left(split_part(regexp_replace(regexp_replace(error, '"(\\\\.|[^"\\\\])*"', '…', 'g'), '\\d+ characters cut to \\d+', 'too long, cut'), ';', 1), 200),
            count(*)
       FROM users_raw
      WHERE id >= $1 AND id < $2
      GROUP BY 1, 2, 3, 4
     ON CONFLICT ON CONSTRAINT users_summary_key DO UPDATE SET users = summary.users + EXCLUDED.users`,
    [fromId, endId],
  );
}
