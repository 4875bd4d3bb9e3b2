import { isBuiltIn } from "../../types/built-in.ts";
import { type Client, inTransaction, type Pool, type Queryable } from "../database/database.ts";
import { type CreatedRun, createRun, type NewRun } from "./create-run.ts";

/** Why what was asked for was not committed. */
export type NotAdmitted =
  /** Nobody has registered it, or it is deleted. */
  | { readonly kind: "unknown_type"; readonly type: string }
  | { readonly kind: "queue_full"; readonly queuedRecords: number }
  | { readonly kind: "too_many_endless" };

export type AdmittedRun = CreatedRun | NotAdmitted;

export interface AdmissionLimits {
  readonly maxQueuedRecords: number;
  readonly maxEndlessRuns: number;
}

export type AdmitRun = (run: NewRun) => Promise<AdmittedRun>;

/** Names the lock; any number that no other advisory lock of the database uses. */
const admissionLock = 7_310_001;

/** Commits a run where there is room for it. */
export const admitRun = (pool: Pool, run: NewRun, limits: AdmissionLimits): Promise<AdmittedRun> =>
  admit(pool, [run], limits, (client) => createRun(client, run));

/**
 * Commits runs, all or none, unless more than `maxQueuedRecords` records would then be waiting, or more than `maxEndlessRuns`
 * runs without an end be unfinished. Exact, however many requests and web processes do so at once: they take turns, for the
 * few milliseconds of this transaction. A repetition of what was admitted is answered as ever.
 * @param create writes the runs, or finds that they are there
 */
export async function admit<Created extends { readonly kind: string }>(
  pool: Pool,
  runs: readonly Pick<NewRun, "recordType" | "count">[],
  limits: AdmissionLimits,
  create: (client: Client) => Promise<Created>,
): Promise<Created | NotAdmitted> {
  try {
    return await inTransaction(pool, async (client) => {
      await takeTurn(client);
      for (const { recordType } of runs) {
        if (!(await holdType(client, { recordType }))) return { kind: "unknown_type", type: recordType.name };
      }
      const created = await create(client);
      if (created.kind !== "created") return created;
      // A statement of its own: its snapshot is taken after the turn has come.
      const queuedRecords = await sumQueuedRecords(client);
      const asked = runs.reduce((sum, { count }) => sum + (count ?? 0), 0);
      if (queuedRecords > limits.maxQueuedRecords) {
        throw new Refusal({ kind: "queue_full", queuedRecords: queuedRecords - asked });
      }
      const isEndless = runs.some(({ count }) => count === null);
      if (isEndless && (await countEndlessRuns(client)) > limits.maxEndlessRuns) {
        throw new Refusal({ kind: "too_many_endless" });
      }
      return created;
    });
  } catch (error) {
    if (error instanceof Refusal) return error.notAdmitted;
    throw error;
  }
}

/** Rolls back what was one too many. */
class Refusal extends Error {
  readonly notAdmitted: NotAdmitted;

  constructor(notAdmitted: NotAdmitted) {
    super(notAdmitted.kind);
    this.notAdmitted = notAdmitted;
  }
}

/** Keeps a registered type from being deleted until the run is there. @returns whether there is the type */
async function holdType(db: Queryable, run: Pick<NewRun, "recordType">): Promise<boolean> {
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
