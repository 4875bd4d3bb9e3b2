import type { Client } from "../database/database.ts";
import type { PlannedRun, ShelvedChunk } from "./plan.ts";

/** Columns of which `toPlannedRun` makes a run. */
export const plannedRunColumns =
  "id, requested, chunk_size, chunk_multiple, planned_chunks, planned_records, shelved_records";

export interface PlannedRunRow {
  readonly id: string;
  readonly requested: number | null;
  readonly chunk_size: number;
  readonly chunk_multiple: number;
  readonly planned_chunks: number;
  readonly planned_records: number;
  readonly shelved_records: number;
}

/** So many get a chunk in one turn. */
const runsAtATime = 20;

/** No more chunks of a run come back into the queue in one turn. */
const shelvedAtATime = 1_000;

/** The run of a row, with the chunks that wait to come back into the queue. */
export async function toPlannedRun(client: Client, row: PlannedRunRow): Promise<PlannedRun> {
  const [run] = await toPlannedRuns(client, [row]);
  if (run === undefined) throw new Error("a row gave no run");
  return run;
}

async function toPlannedRuns(client: Client, rows: readonly PlannedRunRow[]): Promise<readonly PlannedRun[]> {
  const shelved = await lockShelvedChunks(
    client,
    rows.filter(({ shelved_records }) => shelved_records > 0).map(({ id }) => id),
  );
  return rows.map((row) => ({
    id: row.id,
    requested: row.requested,
    chunkSize: row.chunk_size,
    chunkMultiple: row.chunk_multiple,
    plannedChunks: row.planned_chunks,
    plannedRecords: row.planned_records,
    shelved: shelved.get(row.id) ?? [],
  }));
}

/**
 * Runs without a rate that have nothing pending and could have further chunks, those first that have had least; locked, but
 * those that somebody else has locked. A new run is left to its own turn for a second.
 */
export async function lockHungryRuns(client: Client, besides: string | null): Promise<readonly PlannedRun[]> {
  const { rows } = await client.query<PlannedRunRow>(
    `SELECT ${plannedRunColumns}
       FROM runs
      WHERE rate IS NULL AND status IN ('queued', 'running') AND (planned_records < requested OR shelved_records > 0)
        AND id IS DISTINCT FROM $1::uuid
        AND (status = 'running' OR created_at < clock_timestamp() - interval '1 s')
        AND NOT EXISTS (SELECT FROM chunks
                         WHERE run_id = runs.id AND closed_at IS NULL AND (job = 'due' OR produced_at IS NOT NULL))
      ORDER BY LEAST(planned_records - shelved_records + chunk_size, requested), id
      LIMIT $2
        FOR NO KEY UPDATE SKIP LOCKED`,
    [besides, runsAtATime],
  );
  return toPlannedRuns(client, rows);
}

async function lockShelvedChunks(
  client: Client,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, readonly ShelvedChunk[]>> {
  const shelved = new Map<string, ShelvedChunk[]>(runIds.map((id) => [id, []]));
  if (runIds.length === 0) return shelved;
  const { rows } = await client.query<{ run_id: string; index: number; first_seq: number; end_seq: number }>(
    `SELECT c.run_id, c.index, c.first_seq, c.end_seq
       FROM unnest($1::uuid[]) AS wanted (id)
      CROSS JOIN LATERAL (
         SELECT run_id, index, first_seq, end_seq FROM chunks
          WHERE run_id = wanted.id AND closed_at IS NULL AND produced_at IS NULL AND job = 'shelved'
          ORDER BY index LIMIT $2
            FOR NO KEY UPDATE SKIP LOCKED) AS c
      ORDER BY c.run_id, c.index`,
    [runIds, shelvedAtATime],
  );
  for (const { run_id, index, first_seq, end_seq } of rows) {
    shelved.get(run_id)?.push({ index, firstSeq: first_seq, endSeq: end_seq });
  }
  return shelved;
}
