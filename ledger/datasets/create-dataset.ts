import type { Pool, Queryable } from "../database/database.ts";
import { type AdmissionLimits, admit, type NotAdmitted } from "../runs/admit-run.ts";
import { createRun, type Idempotency, isRepetition, type NewRun } from "../runs/create-run.ts";
import { type Dataset, type DatasetRow, datasetColumns, type TypeRequests, toDatasets } from "./dataset.ts";

export interface NewDataset {
  readonly seed: number;
  readonly referenceDate: Date;
  readonly types: TypeRequests;
  /** A run a type; those to which others refer come first. */
  readonly runs: readonly Omit<NewRun, "idempotency" | "datasetId">[];
  readonly idempotency: Idempotency | null;
}

export type CreatedDataset =
  | { readonly kind: "created"; readonly dataset: Dataset }
  | { readonly kind: "existing"; readonly dataset: Dataset }
  | { readonly kind: "key_reused" };

export type AdmittedDataset = CreatedDataset | NotAdmitted;
export type AdmitDataset = (dataset: NewDataset) => Promise<AdmittedDataset>;

/** Commits a dataset with all its runs, or nothing, where there is room for all of them. */
export const admitDataset = (
  pool: Pool,
  dataset: NewDataset,
  limits: AdmissionLimits,
): Promise<AdmittedDataset> => admit(pool, dataset.runs, limits, (client) => createDataset(client, dataset));

/** @param db in a transaction, which commits all or nothing */
async function createDataset(
  db: Queryable,
  { seed, referenceDate, types, runs, idempotency }: NewDataset,
): Promise<CreatedDataset> {
  // A concurrent request with the same key waits here until the first has committed.
  const inserted = await db.query<DatasetRow>(
    `INSERT INTO datasets (seed, reference_date, types, idempotency_key, request_hash)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (idempotency_key) DO NOTHING
     RETURNING ${datasetColumns}`,
    [seed, referenceDate, types, idempotency?.key ?? null, idempotency?.requestHash ?? null],
  );
  const created = inserted.rows[0];
  if (created !== undefined) {
    for (const run of runs) await createRun(db, { ...run, datasetId: created.id, idempotency: null });
    return { kind: "created", dataset: await read(db, created) };
  }
  const found = await db.query<DatasetRow & { readonly request_hash: string }>(
    `SELECT ${datasetColumns}, request_hash FROM datasets WHERE idempotency_key = $1`,
    [idempotency?.key],
  );
  const existing = found.rows[0];
  if (existing === undefined)
    throw new Error("a dataset's idempotency key conflicted with a dataset that is not there");
  return isRepetition(idempotency, existing.request_hash)
    ? { kind: "existing", dataset: await read(db, existing) }
    : { kind: "key_reused" };
}

async function read(db: Queryable, row: DatasetRow): Promise<Dataset> {
  const [dataset] = await toDatasets(db, [row]);
  if (dataset === undefined) throw new Error("a row gave no dataset");
  return dataset;
}
