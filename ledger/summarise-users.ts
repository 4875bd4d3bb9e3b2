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
    await lockProgress(client);
    await restartWhereAsked(client);
    const { next_id, settled_id } = await settleIds(client);
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
 * An id is handed out before its row can be seen, so rows of smaller ids may still appear. But whoever has been handed
 * an id has a transaction number by then (a consumer takes its locks first): once all transactions that were under way
 * at that time have ended, every row up to the greatest id of that time is there, or never will be.
 *
 * The sequence is read in a statement before the one that looks at the transactions, never in the same.
 */
async function settleIds(db: Queryable): Promise<Progress> {
  await db.query(
    `UPDATE users_summary_progress SET settled_id = pending_id
      WHERE pending_xid <= pg_snapshot_xmin(pg_current_snapshot())`,
  );
  const { rows: found } = await db.query<{ last_id: number }>(
    "SELECT COALESCE(pg_sequence_last_value('users_raw_id_seq'), 0) AS last_id",
  );
  const { rows } = await db.query<Progress>(
    `UPDATE users_summary_progress
        SET pending_id = CASE WHEN settled_id = pending_id THEN GREATEST($1, pending_id) ELSE pending_id END,
            pending_xid = CASE WHEN settled_id = pending_id THEN pg_snapshot_xmax(pg_current_snapshot()) ELSE pending_xid END
      RETURNING next_id, settled_id`,
    [found[0]?.last_id ?? 0],
  );
  const [progress] = rows;
  if (progress === undefined) throw new Error("users_summary_progress has no row");
  return progress;
}

/** What was repaired quotes the record's values; without them and without numbers, few texts are left. */
async function countRows(db: Queryable, fromId: number, endId: number): Promise<void> {
  await db.query(
    `INSERT INTO users_summary AS summary (run_id, stored_hour, country, repair, users)
     SELECT run_id,
            date_trunc('hour', created_at, 'UTC'),
            country,
            left(split_part(regexp_replace(regexp_replace(error, '"(\\\\.|[^"\\\\])*"', '…', 'g'), '\\d+', 'n', 'g'), ';', 1), 200),
            count(*)
       FROM users_raw
      WHERE id >= $1 AND id < $2
      GROUP BY 1, 2, 3, 4
     ON CONFLICT ON CONSTRAINT users_summary_key DO UPDATE SET users = summary.users + EXCLUDED.users`,
    [fromId, endId],
  );
}
