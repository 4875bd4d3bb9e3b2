import type { Chunk } from "../../ledger/chunks/chunk.ts";
import type { Pool } from "../../ledger/database/database.ts";
import type { LookAgain } from "../../ledger/planning/plan.ts";
import { planWindow } from "../../ledger/planning/plan-window.ts";
import { chunksOf } from "./runs.ts";

/** A chunk of a paced run, with the times at which its first and its last record are due by the run's clock. */
export interface PacedChunk {
  readonly index: number;
  readonly first_seq: number;
  readonly end_seq: number;
  readonly due_seconds: number | null;
  readonly last_due_seconds: number | null;
}

/** Stops the clock of a run that is going on, at 0: a test's own time shall make no difference. */
export async function stopClock(pool: Pool, runId: string): Promise<void> {
  await pool.query("UPDATE runs SET paused_at = clock_from WHERE id = $1", [runId]);
}

/** Moves a run's clock on, as if so much time had passed. */
export async function letPass(pool: Pool, runId: string, seconds: number): Promise<void> {
  await pool.query("UPDATE runs SET clock_from = clock_from - make_interval(secs => $2) WHERE id = $1", [
    runId,
    seconds,
  ]);
}

/** As if a run had been paused for so long. */
export async function letPausePass(pool: Pool, runId: string, seconds: number): Promise<void> {
  await pool.query(
    `UPDATE runs SET clock_from = clock_from - make_interval(secs => $2),
                     paused_at = paused_at - make_interval(secs => $2) WHERE id = $1`,
    [runId, seconds],
  );
}

/** Plans what is due of a run. */
export async function planDue(
  pool: Pool,
  runId: string,
  maxPendingRecords = 1_000_000,
): Promise<{ readonly planned: readonly Chunk[]; readonly lookAgain: LookAgain }> {
  const window = await planWindow(pool, runId, maxPendingRecords);
  if (window.kind !== "open") throw new Error(`the window is ${window.kind}`);
  return { planned: chunksOf(window, runId), lookAgain: window.lookAgain };
}

export async function pacedChunks(pool: Pool, runId: string): Promise<PacedChunk[]> {
  const { rows } = await pool.query<PacedChunk>(
    "SELECT index, first_seq, end_seq, due_seconds, last_due_seconds FROM chunks WHERE run_id = $1 ORDER BY index",
    [runId],
  );
  return rows;
}

/** Marks what is planned of a run, from a chunk on, as produced, as its workers would. */
export async function produceAll(pool: Pool, runId: string, firstIndex = 0): Promise<void> {
  await pool.query(
    `WITH marked AS (
       UPDATE chunks SET produced_at = clock_timestamp(), kafka_partition = 0, kafka_end_offset = 0
        WHERE run_id = $1 AND index >= $2 AND produced_at IS NULL RETURNING end_seq - first_seq AS records)
     UPDATE runs SET produced = produced + coalesce((SELECT sum(records) FROM marked), 0) WHERE id = $1`,
    [runId, firstIndex],
  );
}
