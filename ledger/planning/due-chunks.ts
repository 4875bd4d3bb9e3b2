import { type Chunk, type ChunkRow, toChunk } from "../chunks/chunk.ts";
import { isHalfMade } from "../chunks/chunks.ts";
import type { Pool, Queryable } from "../database/database.ts";
import type { RunStatus } from "../runs/run.ts";
import { inPlanningTurn, readRoom } from "./room.ts";

/** A chunk that must have a job, and its run. */
export interface DueChunk {
  readonly chunk: Chunk;
  /** Records of the run; null where there is no end. */
  readonly requested: number | null;
  readonly runStatus: RunStatus;
}

const isDue = "c.closed_at IS NULL AND c.produced_at IS NULL AND c.job = 'due'";

/** What of a run that goes on no more is not to be made; what is half made of a cancelled one is made to its end. */
const isToBeShelved = `${isDue} AND r.status NOT IN ('queued', 'running')
          AND NOT (r.status = 'cancelled' AND c.stored + c.dead_lettered > 0)`;

/** What was shelved of a cancelled run before it turned out to be half made. */
const isToBeRequeued = `${isHalfMade} AND c.job = 'shelved' AND r.status = 'cancelled'`;

/**
 * Chunks that must have a job: those planned and not produced of runs that go on, and those half made of cancelled ones. What
 * may be pending bounds them; `limit` does where that was lowered.
 */
export async function listDueChunks(db: Queryable, limit: number): Promise<readonly DueChunk[]> {
  const { rows } = await db.query<ChunkRow & { requested: number | null; status: RunStatus }>(
    `SELECT c.run_id, c.index, c.first_seq, c.end_seq, c.generation, c.due_seconds, r.requested, r.status
       FROM chunks c JOIN runs r ON r.id = c.run_id
      WHERE ${isDue}
        AND (r.status IN ('queued', 'running') OR r.status = 'cancelled' AND c.stored + c.dead_lettered > 0)
      ORDER BY c.index, c.run_id LIMIT $1`,
    [limit],
  );
  return rows.map((row) => ({ chunk: toChunk(row), requested: row.requested, runStatus: row.status }));
}

/** Chunks of a run that goes on no more, whose jobs are to be taken away. Bounded by what may be pending. */
export async function listChunksToShelve(db: Queryable, runId: string): Promise<readonly Chunk[]> {
  const { rows } = await db.query<ChunkRow>(
    `SELECT c.run_id, c.index, c.first_seq, c.end_seq, c.generation, c.due_seconds
       FROM chunks c JOIN runs r ON r.id = c.run_id
      WHERE c.run_id = $1 AND ${isToBeShelved}
      ORDER BY c.index`,
    [runId],
  );
  return rows.map(toChunk);
}

/** Runs that have such chunks. */
export async function listRunsToShelve(db: Queryable, limit: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ run_id: string }>(
    `SELECT DISTINCT c.run_id FROM chunks c JOIN runs r ON r.id = c.run_id WHERE ${isToBeShelved} LIMIT $1`,
    [limit],
  );
  return rows.map((row) => row.run_id);
}

/**
 * Says of chunks whose jobs were taken away that they have none: they take no room until their run is resumed, and a failed
 * run's none any more. Those of a run that was resumed meanwhile stay due.
 */
export async function shelveChunks(db: Queryable, runId: string, indexes: readonly number[]): Promise<void> {
  if (indexes.length > 0) await takeJobs(db, runId, indexes, false);
}

/** Says of a chunk of a run that has ended that its job has failed for good, so that nobody tries it again. */
export async function giveUpChunk(db: Queryable, { runId, index }: Chunk): Promise<void> {
  await takeJobs(db, runId, [index], true);
}

async function takeJobs(
  db: Queryable,
  runId: string,
  indexes: readonly number[],
  forGood: boolean,
): Promise<void> {
  await db.query(
    `WITH found AS MATERIALIZED (
       SELECT c.index, CASE WHEN $3 OR r.status = 'failed' THEN 'failed' ELSE 'shelved' END AS job
         FROM chunks c JOIN runs r ON r.id = c.run_id
        WHERE c.run_id = $1 AND c.index = ANY ($2::integer[]) AND (${isToBeShelved} OR $3 AND ${isDue})
        ORDER BY c.index
          FOR NO KEY UPDATE OF c),
     changed AS (
       UPDATE chunks c SET job = found.job FROM found
        WHERE c.run_id = $1 AND c.index = found.index
       RETURNING c.end_seq - c.first_seq AS records)
     UPDATE runs SET shelved_records = shelved_records + s.records
       FROM (SELECT sum(records) AS records FROM changed HAVING count(*) > 0) AS s
      WHERE id = $1`,
    [runId, indexes, forGood],
  );
}

/**
 * Takes chunks of cancelled runs up again that turned out to be half made only after they were shelved, as far as there is
 * room: they are made to their end, for their runs to balance.
 */
export async function requeueHalfMadeChunks(
  pool: Pool,
  maxPendingRecords: number,
  limit: number,
): Promise<void> {
  const { rowCount } = await pool.query(
    `SELECT FROM chunks c JOIN runs r ON r.id = c.run_id WHERE ${isToBeRequeued} LIMIT 1`,
  );
  if (rowCount === 0) return;
  await inPlanningTurn(pool, async (client) => {
    const { room } = await readRoom(client, null, maxPendingRecords);
    await client.query(
      `WITH half_made AS MATERIALIZED (
         SELECT c.run_id, c.index, c.end_seq - c.first_seq AS records
           FROM chunks c JOIN runs r ON r.id = c.run_id
          WHERE ${isToBeRequeued}
          ORDER BY c.run_id, c.index LIMIT $1
            FOR NO KEY UPDATE OF c SKIP LOCKED),
       locked AS MATERIALIZED (
         SELECT id FROM runs WHERE id IN (SELECT run_id FROM half_made) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED),
       fitting AS MATERIALIZED (
         SELECT * FROM (SELECT *, sum(LEAST(GREATEST(records, $2), $4)) OVER (ORDER BY run_id, index) AS taken
                          FROM half_made WHERE run_id IN (SELECT id FROM locked)) AS h
          WHERE taken <= $3),
       requeued AS (
         UPDATE chunks c SET job = 'due' FROM fitting f WHERE c.run_id = f.run_id AND c.index = f.index)
       UPDATE runs SET shelved_records = shelved_records - s.records
         FROM (SELECT run_id, sum(records) AS records FROM fitting GROUP BY run_id) AS s
        WHERE id = s.run_id`,
      [limit, room.leastRecords, room.freeRecords, room.mostOfChunk],
    );
  });
}
