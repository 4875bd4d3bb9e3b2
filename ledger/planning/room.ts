import { type Client, inTransaction, type Pool } from "../database/database.ts";
import type { Room } from "./plan.ts";

/** Names the lock; any number that no other advisory lock of the database uses. */
const planningLock = 7_310_002;

/** Whoever stands still in the midst of it, a process that was stopped or whose host is gone, loses the lock with its connection. */
const standstill = "2s";

/** The end of the last planning transaction of a pool. */
const lastTurns = new WeakMap<Pool, Promise<unknown>>();

/**
 * Runs `work` in a transaction beside which no other one plans, in the whole database. What is pending of all runs together only
 * becomes less meanwhile, so that whoever adds no more than there is room for keeps it bounded. Behind this lock nobody waits for
 * a line: what is locked is passed over. A process waits for it with no more than one of its connections.
 */
export function inPlanningTurn<T>(pool: Pool, work: (client: Client) => Promise<T>): Promise<T> {
  const before = lastTurns.get(pool) ?? Promise.resolve();
  const turn = before.then(() =>
    inTransaction(pool, async (client) => {
      await client.query(
        "SELECT set_config('idle_in_transaction_session_timeout', $1, true), pg_advisory_xact_lock($2)",
        [standstill, planningLock],
      );
      return work(client);
    }),
  );
  lastTurns.set(
    pool,
    turn.catch(() => undefined),
  );
  return turn;
}

/** For so many seconds of its highest rate a paced run keeps room: what is on its way, and what may be late. */
const pacedRoomSeconds = 4;

/**
 * A chunk without a time counts for so many records, where that is no more than a thousandth of what may be pending. Those of
 * paced runs are few, and as short as their rate has them.
 */
const leastRecordsOfChunk = 100;

/** Of runs of one kind no more are counted: their shares are too small for a chunk by then. */
const runsCounted = 1_000;

/** The run for which room is looked for. */
export interface ForRun {
  readonly id: string;
  readonly isPaced: boolean;
}

/** The room that there is, and for how many runs of either kind. */
export interface FoundRoom {
  readonly room: Room;
  readonly plainRuns: number;
  readonly pacedRuns: number;
}

/**
 * What may be planned beside what is pending of all runs, to be asked in one's planning turn. Pending are the records of chunks
 * that have a job or are in Kafka, and have no outcome yet. Paced runs have one half at the most, of which each keeps no more than
 * it needs; the others share the rest.
 * @param run the run for which it is asked; null where it is for others
 */
export async function readRoom(
  client: Client,
  run: ForRun | null,
  maxPendingRecords: number,
): Promise<FoundRoom> {
  const leastRecords = Math.min(leastRecordsOfChunk, Math.floor(maxPendingRecords / 1_000));
  const mostOfPaced = Math.floor(maxPendingRecords / 2);
  const { rows } = await client.query<{
    pending: number;
    paced_pending: number;
    own_pending: number;
    paced_runs: number;
    paced_needed: number;
    kept: number;
    plain_runs: number;
  }>(
    `WITH pending AS MATERIALIZED (
       SELECT run_id,
              sum(GREATEST(end_seq - first_seq - stored - dead_lettered,
                           CASE WHEN due_seconds IS NULL THEN $2::bigint END))::float8 AS records,
              bool_or(due_seconds IS NOT NULL) AS is_paced
         FROM chunks
        WHERE closed_at IS NULL AND (job = 'due' OR produced_at IS NOT NULL)
        GROUP BY run_id),
     paced AS (
       SELECT r.id, coalesce(p.records, 0) AS pending,
              LEAST($3::float8 / 2 / count(*) OVER (),
                    -- Of the slowest two slices of a record each; of a time series all readings of an instant.
                    GREATEST(2, $4 * GREATEST(rate, rate * (shape->>'factor')::float8, (shape->>'from')::float8),
                             (shape->>'entities')::float8)) AS needed
         FROM (SELECT id, rate, shape FROM runs
                WHERE rate IS NOT NULL AND status IN ('queued', 'running') LIMIT $5) AS r
         LEFT JOIN pending p ON p.run_id = r.id)
     SELECT (SELECT coalesce(sum(records), 0) FROM pending) AS pending,
            (SELECT coalesce(sum(records), 0) FROM pending WHERE is_paced) AS paced_pending,
            coalesce((SELECT records FROM pending WHERE run_id = $1), 0) AS own_pending,
            (SELECT count(*) FROM paced) AS paced_runs,
            (SELECT coalesce(sum(needed), 0) FROM paced) AS paced_needed,
            (SELECT coalesce(sum(GREATEST(0, needed - pending)), 0) FROM paced) AS kept,
            (SELECT count(*) FROM (SELECT FROM runs
                                    WHERE rate IS NULL AND status IN ('queued', 'running') LIMIT $5) AS plain) AS plain_runs`,
    [run?.id ?? null, leastRecords, maxPendingRecords, pacedRoomSeconds, runsCounted],
  );
  const found = rows[0];
  if (found === undefined) throw new Error("PostgreSQL gave no row where there always is one");
  const reservedRecords = Math.floor(maxPendingRecords / 10);
  const unused = Math.floor(maxPendingRecords - found.pending);
  const freeOfPaced = Math.max(0, mostOfPaced - found.paced_pending);
  return {
    plainRuns: found.plain_runs,
    pacedRuns: found.paced_runs,
    room: {
      freeRecords: unused,
      freeOfKind: run?.isPaced ? freeOfPaced : unused,
      keptRecords: run?.isPaced ? 0 : Math.ceil(Math.min(found.kept, freeOfPaced)),
      reservedRecords,
      leastRecords: run?.isPaced ? 0 : leastRecords,
      mostOfChunk: Math.max(1, Math.floor(maxPendingRecords / 4)),
      pendingRecords: found.own_pending,
      shareRecords: Math.floor(
        run?.isPaced
          ? maxPendingRecords / 2 / Math.max(1, found.paced_runs)
          : (maxPendingRecords - found.paced_needed) / Math.max(1, found.plain_runs),
      ),
    },
  };
}
