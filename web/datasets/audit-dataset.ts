import type { CheckedRelation } from "../../ledger/audit/check-relations.ts";
import { compareRows } from "../../ledger/audit/compare-rows.ts";
import { type Pool, sqlState } from "../../ledger/database/database.ts";
import { type Dataset, statusOf } from "../../ledger/datasets/dataset.ts";
import type { RecordTypes } from "../../records/record-types.ts";
import { Problem } from "../http/problem.ts";
import { createTurns } from "../http/take-turns.ts";
import { boundWork } from "../http/unavailable.ts";

/**
 * Compares the rows of a completed dataset with one another.
 * @throws Problem `run-state` of one that is not completed, `busy` while another is compared, `takes-too-long`
 */
export type AuditDataset = (dataset: Dataset) => Promise<readonly CheckedRelation[]>;

/** PostgreSQL tells the time to finish a little later than it is up. */
const graceMs = 1_000;
/** A statement's time is up, or the transaction's. */
const timeIsUp: readonly (string | null)[] = ["57014", "25P04"];

/** @param pool ends its transactions after `timeoutMs` */
export function createAuditDataset(pool: Pool, types: RecordTypes, timeoutMs: number): AuditDataset {
  const takeTurn = createTurns(0, () => {
    const detail = "A dataset's rows are being compared already, one at a time. Please try again.";
    return new Problem("busy", detail, { headers: { "Retry-After": "5" } });
  });

  return async (dataset) => {
    const status = statusOf(dataset.runs);
    if (status !== "completed") {
      const detail = `The dataset is ${status}: its rows are compared with one another once it is completed.`;
      throw new Problem("run-state", detail, { extensions: { datasetStatus: status } });
    }
    return takeTurn(() => boundWork(compareRows(pool, types, dataset.runs), timeoutMs + graceMs)).catch(
      (error: unknown) => {
        throw error instanceof Problem && timeIsUp.includes(sqlState(error.cause))
          ? tookTooLong(dataset.id, timeoutMs, error.cause)
          : error;
      },
    );
  };
}

function tookTooLong(id: string, timeoutMs: number, cause: unknown): Problem {
  const detail = `The rows were not compared within ${timeoutMs / 1_000} seconds. The command has no such limit: npm run audit -- ${id}`;
  return new Problem("takes-too-long", detail, { cause });
}
