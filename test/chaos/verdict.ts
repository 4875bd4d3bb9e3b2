import { checkRelations } from "../../ledger/audit/check-relations.ts";
import { compareRecords } from "../../ledger/audit/compare-records.ts";
import { compareStates } from "../../ledger/audit/compare-states.ts";
import { checkInvariant, invariantsOf } from "../../ledger/audit/invariants.ts";
import { openMembers } from "../../ledger/audit/members.ts";
import { namesIn } from "../../ledger/database/table-names.ts";
import { statusOf } from "../../ledger/datasets/dataset.ts";
import { findDataset } from "../../ledger/datasets/find-datasets.ts";
import { findRun } from "../../ledger/runs/find-runs.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import type { TestStack } from "../pipeline/test-stack.ts";
import { allTypes, isStored, openRun, recordTypes, storedTypeOf } from "../setup/all-types.ts";
import type { ForeignMessage } from "./hostile-stream.ts";
import type { Workload } from "./workload.ts";

export interface Verdict {
  readonly records: number;
  readonly lost: number;
  readonly doubled: number;
  /** Rows of completed datasets that lead nowhere though not on purpose, and sums and counts that are not those of their children. */
  readonly orphans: number;
  /** What does not hold, in words; empty where the promise is kept. */
  readonly violations: readonly string[];
}

/** Waits until every run has ended, then holds the database against what was asked for. */
export async function reachVerdict(
  stack: TestStack,
  workload: Workload,
  lossesMs: readonly number[],
  finishWatches: () => Promise<readonly string[]>,
): Promise<Verdict> {
  const violations: string[] = [];
  await untilAllEnded(stack).catch((error: Error) => violations.push(error.message));
  violations.push(...(await finishWatches()));
  const types = await allTypes(stack.pool);
  for (const invariant of invariantsOf(types)) {
    const { examples } = await checkInvariant(stack.pool, invariant, null);
    for (const example of examples) violations.push(`${invariant.name}: ${JSON.stringify(example)}`);
  }
  let records = 0;
  let lost = 0;
  for (const id of workload.runIds) {
    const run = await findRun(stack.pool, id);
    if (run === null) {
      violations.push(`run ${id} was accepted and is not there`);
      continue;
    }
    records += run.stored + run.deadLettered;
    if (run.status === "completed") lost += (run.requested ?? 0) - run.stored - run.deadLettered;
    const type = await storedTypeOf(stack.pool, run);
    if (type === null) continue;
    const opened = await openRun(stack.pool, run);
    const { altered, misjudged } = await compareRecords(stack.pool, type, opened, { limit: 3 });
    for (const { seq, columns } of (await compareStates(stack.pool, type, opened, 3)) ?? []) {
      violations.push(
        `run ${id}, the state of message ${seq} is another: ${columns?.join(", ") ?? "whether it is there"}`,
      );
    }
    for (const { seq, columns } of altered) {
      violations.push(`run ${id}, record ${seq} differs from the record made again: ${columns.join(", ")}`);
    }
    for (const { seq, fault, outcome } of misjudged) {
      violations.push(`run ${id}, record ${seq} with fault ${fault} was judged wrongly: ${outcome}`);
    }
  }
  let doubled = 0;
  for (const { table } of types.filter(isStored)) {
    const names = namesIn(table);
    const { rows } = await stack.pool.query<{ doubled: number }>(
      `SELECT coalesce(sum(times - 1), 0)::bigint AS doubled
         FROM (SELECT count(*) AS times FROM ${names.table} WHERE ${names.runId} IS NOT NULL
                GROUP BY ${names.runId}, ${names.seq}) AS counted`,
    );
    doubled += rows[0]?.doubled ?? 0;
  }
  let orphans = 0;
  for (const id of workload.datasetIds) {
    const dataset = await findDataset(stack.pool, id);
    if (dataset === null) violations.push(`dataset ${id} was accepted and is not there`);
    if (dataset === null || statusOf(dataset.runs) !== "completed") continue;
    const members = await openMembers(recordTypes(stack.pool), dataset.runs);
    for (const { name, violations: rows } of await checkRelations(stack.pool, members)) {
      orphans += rows.length;
      for (const row of rows) violations.push(`dataset ${id}, ${name}: ${JSON.stringify(row)}`);
    }
  }
  const foreign = await countForeign(stack, workload.foreignMessages, lossesMs);
  violations.push(...foreign.violations);
  return {
    records: records + workload.foreignMessages.length,
    lost: lost + foreign.lost,
    doubled: doubled + foreign.doubled,
    orphans,
    violations,
  };
}

async function untilAllEnded({ pool }: TestStack): Promise<void> {
  await waitUntil(
    "every run to have ended",
    async () => {
      const { rows } = await pool.query(
        `SELECT id, status, requested, produced, stored, dead_lettered FROM runs
          WHERE status IN ('queued', 'running', 'paused')`,
      );
      if (rows.length > 0) throw new Error(`unfinished: ${JSON.stringify(rows.slice(0, 3))}`);
    },
    { timeoutMs: 300_000, everyMs: 500 },
  );
}

/** How long a message may have been on its way when a fault deleted what was not read yet. */
const unreadForMs = 120_000;

async function countForeign(
  { pool }: TestStack,
  messages: readonly ForeignMessage[],
  lossesMs: readonly number[],
): Promise<{ lost: number; doubled: number; violations: string[] }> {
  const { rows } = await pool.query<{ token: string; times: number }>(
    `SELECT token, count(*) AS times
       FROM (SELECT coalesce(substring(raw_payload::text FROM '^{"token":"([^"]*)"'), name) AS token
               FROM users_raw WHERE run_id IS NULL
             UNION ALL
             SELECT convert_from(message_key, 'UTF8') FROM dead_letters WHERE message_key IS NOT NULL
             UNION ALL
             SELECT trim(both '"' from convert_from(payload, 'UTF8')) FROM dead_letters
              WHERE message_key IS NULL AND reason = 'not_an_object') AS found
      GROUP BY token`,
  );
  const found = new Map(rows.map(({ token, times }) => [token, times]));
  const result = { lost: 0, doubled: 0, violations: [] as string[] };
  for (const { token, acknowledged, sentMs } of messages) {
    const times = found.get(token) ?? 0;
    const mayBeGone = lossesMs.some((lossMs) => lossMs >= sentMs && lossMs - sentMs < unreadForMs);
    if (times === 0 && acknowledged && !mayBeGone) {
      result.lost += 1;
      result.violations.push(`another producer's message ${token} was acknowledged and is not there`);
    }
    if (times > 1 && acknowledged) {
      result.doubled += times - 1;
      result.violations.push(`another producer's message ${token} is there ${times} times`);
    }
  }
  return result;
}
