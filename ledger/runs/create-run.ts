import type { RunOptions } from "../../records/record-type.ts";
import type { Queryable } from "../database/database.ts";
import type { Pace } from "./pace.ts";
import { type Run, type RunRow, runColumns, toRun } from "./run.ts";
import { notifyRunChanged } from "./run-changes.ts";
import { firstSchedule } from "./run-schedule.ts";

export interface NewRun {
  readonly recordType: { readonly name: string; readonly version: number };
  /** null: without an end, which needs a pace. */
  readonly count: number | null;
  readonly fields: readonly string[];
  readonly seed: number;
  readonly referenceDate: Date;
  readonly options: RunOptions;
  /** As fast as can be where it is left out. */
  readonly pace?: Pace | null;
  /** At most so many records are one chunk. */
  readonly chunkSize: number;
  /** All chunks but the last one end at multiples of so many records; 1 where it is left out. */
  readonly chunkMultiple?: number;
  /** Makes the request safe to repeat. */
  readonly idempotency: Idempotency | null;
  /** The dataset that it belongs to. */
  readonly datasetId?: string;
}

export interface Idempotency {
  readonly key: string;
  /** Tells whether a repetition asks for the same. */
  readonly requestHash: string;
  /** The hash that an earlier version gave the same request; runs that it made are known by it. */
  readonly formerHash?: string;
}

export type CreatedRun =
  | { readonly kind: "created"; readonly run: Run }
  | { readonly kind: "existing"; readonly run: Run }
  | { readonly kind: "key_reused" };

/**
 * Commits a run with its idempotency key. From here on it will be carried out, whatever is killed. One of no records is
 * completed with that.
 */
export async function createRun(db: Queryable, run: NewRun): Promise<CreatedRun> {
  const schedule = firstSchedule(run.pace ?? null);
  // A concurrent request with the same key waits here until the first has committed.
  const inserted = await db.query<RunRow>(
    `INSERT INTO runs (record_type, record_type_version, requested, fields, seed, reference_date, options, rate, shape,
                       chunk_size, chunk_multiple, idempotency_key, request_hash, dataset_id,
                       clock_from, anchor_seq, anchor_due_seconds, anchor_shape_seconds, status, finished_at)
     VALUES ($1, $2, $3::bigint, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
             CASE WHEN $3::bigint = 0 THEN 'completed' ELSE 'queued' END, CASE WHEN $3::bigint = 0 THEN clock_timestamp() END)
     ON CONFLICT (idempotency_key) DO NOTHING
     RETURNING ${runColumns}`,
    [
      run.recordType.name,
      run.recordType.version,
      run.count,
      run.fields,
      run.seed,
      run.referenceDate,
      run.options,
      run.pace?.rate ?? null,
      run.pace?.shape ?? null,
      run.chunkSize,
      run.chunkMultiple ?? 1,
      run.idempotency?.key ?? null,
      run.idempotency?.requestHash ?? null,
      run.datasetId ?? null,
      schedule === null ? null : run.referenceDate,
      schedule?.seq ?? null,
      schedule?.dueAt ?? null,
      schedule?.shapeSeconds ?? null,
    ],
  );
  const created = inserted.rows[0];
  if (created !== undefined) {
    await notifyRunChanged(db, [created.id]);
    return { kind: "created", run: toRun(created) };
  }
  const found = await db.query<RunRow & { request_hash: string }>(
    `SELECT ${runColumns}, request_hash FROM runs WHERE idempotency_key = $1`,
    [run.idempotency?.key],
  );
  const existing = found.rows[0];
  if (existing === undefined)
    throw new Error("a run's idempotency key conflicted with a run that is not there");
  return isRepetition(run.idempotency, existing.request_hash)
    ? { kind: "existing", run: toRun(existing) }
    : { kind: "key_reused" };
}

/** Whether a request asks for the same as the one that came with its key before. */
export const isRepetition = (idempotency: Idempotency | null, formerRequestHash: string): boolean =>
  formerRequestHash === idempotency?.requestHash || formerRequestHash === idempotency?.formerHash;
