import type { Chunk } from "../../ledger/chunks/chunk.ts";
import type { Pool } from "../../ledger/database/database.ts";
import { planWindow, type Window } from "../../ledger/planning/plan-window.ts";
import { type CreatedRun, createRun, type NewRun } from "../../ledger/runs/create-run.ts";
import { findRun } from "../../ledger/runs/find-runs.ts";
import type { Run } from "../../ledger/runs/run.ts";
import { settleOptions } from "../../types/user/options.ts";
import { userType } from "../../types/user/user.ts";

/** A request for ten users of name and country in chunks of four, where not told otherwise. */
export function newRun(wishes: Partial<NewRun> = {}): NewRun {
  return {
    recordType: { name: userType.name, version: userType.version },
    count: 10,
    fields: ["name", "country"],
    seed: 7,
    referenceDate: new Date("2026-07-01T00:00:00Z"),
    options: settleOptions(userType, {}),
    chunkSize: 4,
    idempotency: null,
    ...wishes,
  };
}

export async function createdRun(pool: Pool, wishes: Partial<NewRun> = {}): Promise<Run> {
  const created: CreatedRun = await createRun(pool, newRun(wishes));
  if (created.kind !== "created") throw new Error(`the run was not created: ${created.kind}`);
  return created.run;
}

/** A run all of whose chunks are planned, or as many as may be pending. */
export async function plannedRun(
  pool: Pool,
  wishes: Partial<NewRun> = {},
  maxPendingRecords = Number.MAX_SAFE_INTEGER,
): Promise<{ readonly run: Run; readonly chunks: readonly Chunk[] }> {
  const run = await createdRun(pool, wishes);
  const window = await planWindow(pool, run.id, maxPendingRecords);
  if (window.kind !== "open") throw new Error(`the run has no window: ${window.kind}`);
  return { run: await currentRun(pool, run.id), chunks: chunksOf(window, run.id) };
}

/** What a turn has planned of a run. */
export function chunksOf({ planned }: Window, runId: string): readonly Chunk[] {
  return planned
    .flatMap(({ chunks }) => chunks.filter((chunk) => chunk.runId === runId))
    .toSorted((a, b) => a.index - b.index);
}

export async function currentRun(pool: Pool, id: string): Promise<Run> {
  const run = await findRun(pool, id);
  if (run === null) throw new Error(`there is no run ${id}`);
  return run;
}
