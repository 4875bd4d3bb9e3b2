import { isBuiltIn } from "../../types/built-in.ts";
import { inTransaction, type Pool, type Queryable } from "../database/database.ts";
import { type CreatedRun, createRun, type NewRun } from "./create-run.ts";

export type AdmittedRun =
  | CreatedRun
  /** Nobody has registered it, or it is deleted. */
  | { readonly kind: "unknown_type" }
  | { readonly kind: "queue_full"; readonly queuedRecords: number }
  | { readonly kind: "too_many_endless" };

export interface AdmissionLimits {
  readonly maxQueuedRecords: number;
  readonly maxEndlessRuns: number;
}

export type AdmitRun = (run: NewRun) => Promise<AdmittedRun>;

/** Names the lock; any number that no other advisory lock of the database uses. */
const admissionLock = 7_310_001;

/**
 * Commits a run unless more than `maxQueuedRecords` records would then be waiting, or more than `maxEndlessRuns` runs without
 * an end be unfinished. Exact, however many requests and web processes do so at once: they take turns, for the few
 * milliseconds of this transaction. A repetition of a run that was admitted is answered as ever.
 */
export async function admitRun(pool: Pool, run: NewRun, limits: AdmissionLimits): Promise<AdmittedRun> {
  try {
    return await inTransaction(pool, async (client) => {
      await takeTurn(client);
      if (!(await holdType(client, run))) return { kind: "unknown_type" };
      const created = await createRun(client, run);
      if (created.kind !== "created") return created;
      // A statement of its own: its snapshot is taken after the turn has come.
      const queuedRecords = await sumQueuedRecords(client);
      if (queuedRecords > limits.maxQueuedRecords) throw new QueueFull(queuedRecords - (run.count ?? 0));
      if (run.count === null && (await countEndlessRuns(client)) > limits.maxEndlessRuns) {
        throw new TooManyEndless();
      }
      return created;
    });
  } catch (error) {
    if (error instanceof QueueFull) return { kind: "queue_full", queuedRecords: error.queuedRecords };
    if (error instanceof TooManyEndless) return { kind: "too_many_endless" };
    throw error;
  }
}

/** Rolls an endless run back that was one too many. */
class TooManyEndless extends Error {}

/** Rolls the run back that was one too many. */
class QueueFull extends Error {
  readonly queuedRecords: number;

  constructor(queuedRecords: number) {
    super("too many records are waiting");
    this.queuedRecords = queuedRecords;
  }
}

/** Keeps a registered type from being deleted until the run is there. @returns whether there is the type */
async function holdType(db: Queryable, run: NewRun): Promise<boolean> {
  if (isBuiltIn(run)) return true;
  const { name, version } = run.recordType;
  const { rowCount } = await db.query(
    "SELECT FROM record_types WHERE name = $1 AND version = $2 AND deleted_at IS NULL FOR SHARE",
    [name, version],
  );
  return rowCount === 1;
}

/** Waits until no other transaction admits a run; held until this one ends. */
async function takeTurn(db: Queryable): Promise<void> {
  await db.query("SELECT pg_advisory_xact_lock($1)", [admissionLock]);
}

/** Records of unfinished runs that have no outcome yet; of a run without an end those that are planned. */
async function sumQueuedRecords(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ queued: number }>(
    `SELECT coalesce(sum(COALESCE(requested, planned_records) - stored - dead_lettered), 0)::float8 AS queued
       FROM runs
      WHERE status IN ('queued', 'running', 'paused')`,
  );
  return rows[0]?.queued ?? 0;
}

async function countEndlessRuns(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ endless: number }>(
    `SELECT count(*) AS endless FROM runs
      WHERE requested IS NULL AND status IN ('queued', 'running', 'paused')`,
  );
  return rows[0]?.endless ?? 0;
}
