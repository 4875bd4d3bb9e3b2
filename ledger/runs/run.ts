import type { RunOptions } from "../../records/record-type.ts";
import type { Pace } from "./pace.ts";

export const runStatuses = ["queued", "running", "paused", "completed", "cancelled", "failed"] as const;
export type RunStatus = (typeof runStatuses)[number];

/** One request for records, as the ledger knows it. Counts are in records. */
export interface Run {
  readonly id: string;
  /** The dataset that it belongs to; null: it was asked for by itself. */
  readonly datasetId: string | null;
  readonly status: RunStatus;
  readonly recordType: { readonly name: string; readonly version: number };
  /** null: it goes on until it is cancelled. */
  readonly requested: number | null;
  /** Records below it are in chunks. */
  readonly planned: number;
  /** Acknowledged by Kafka. */
  readonly produced: number;
  readonly stored: number;
  /** Those of `stored` in which something was repaired. */
  readonly flagged: number;
  readonly deadLettered: number;
  readonly fields: readonly string[];
  readonly seed: number;
  readonly referenceDate: Date;
  readonly options: RunOptions;
  /** null: as fast as can be. */
  readonly pace: Pace | null;
  readonly chunkSize: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly error: string | null;
}

/** Terminal: the status will not change again. */
export function isTerminal(status: RunStatus): boolean {
  return status === "completed" || status === "cancelled" || status === "failed";
}

/**
 * The columns of a run. `produced` is written a chunk at a time, after the last record of the chunk; what is
 * stored has been produced too, whichever of the two was committed first.
 */
export const runColumns = `
  id, dataset_id, status, record_type, record_type_version, requested, planned_records,
  GREATEST(produced, stored + dead_lettered) AS produced, stored, flagged, dead_lettered,
  fields, seed, reference_date, options, rate, shape, chunk_size, created_at, started_at, finished_at, error`;

export interface RunRow {
  readonly id: string;
  readonly dataset_id: string | null;
  readonly status: RunStatus;
  readonly record_type: string;
  readonly record_type_version: number;
  readonly requested: number | null;
  readonly planned_records: number;
  readonly produced: number;
  readonly stored: number;
  readonly flagged: number;
  readonly dead_lettered: number;
  readonly fields: string[];
  readonly seed: number;
  readonly reference_date: Date;
  readonly options: RunOptions;
  readonly rate: number | null;
  readonly shape: Pace["shape"] | null;
  readonly chunk_size: number;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly error: string | null;
}

export function toRun(row: RunRow): Run {
  return {
    id: row.id,
    datasetId: row.dataset_id,
    status: row.status,
    recordType: { name: row.record_type, version: row.record_type_version },
    requested: row.requested,
    planned: row.planned_records,
    produced: row.produced,
    stored: row.stored,
    flagged: row.flagged,
    deadLettered: row.dead_lettered,
    fields: row.fields,
    seed: row.seed,
    referenceDate: row.reference_date,
    options: row.options,
    pace: row.rate === null || row.shape === null ? null : { rate: row.rate, shape: row.shape },
    chunkSize: row.chunk_size,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    error: row.error,
  };
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is a run id in the ledger's own spelling. */
export function isRunId(text: string): boolean {
  return uuidPattern.test(text);
}
