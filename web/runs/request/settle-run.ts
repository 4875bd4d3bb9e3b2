import type { NewRun } from "../../../ledger/runs/create-run.ts";
import { findPaceFaults, settlePace } from "../../../ledger/runs/pace-request.ts";
import type { RunOptions } from "../../../records/record-type.ts";
import type { DataOptions } from "../../../types/user/options.ts";
import type { TextType } from "../../../types/user/text-type.ts";
import { type FieldError, invalidRequest, Problem } from "../../http/problem.ts";
import { completeOptions } from "./record-options.ts";
import type { RunRequest } from "./run-schema.ts";

export interface RunLimits {
  readonly chunkSize: number;
  readonly maxQueuedRecords: number;
}

/** A run as it goes to the ledger, but for the key under which it was asked for. */
export type SettledRun<Options extends RunOptions = DataOptions> = Omit<NewRun, "idempotency" | "options"> & {
  readonly options: Options;
};

/**
 * Fills in what a request leaves open, and judges what its schema cannot.
 * @throws Problem `invalid-request`, naming every bad field
 */
export function settleRun(recordType: TextType, limits: RunLimits, request: RunRequest): SettledRun {
  const errors: FieldError[] = [...findPaceFaults(request), ...findCountFault(request, limits)];
  const options = collect(errors, () => completeOptions(recordType, request));
  if (options === null || errors.length > 0) throw invalidRequest(errors);
  return {
    recordType,
    count: request.count,
    pace: settlePace(request),
    chunkSize: request.chunkSize ?? limits.chunkSize,
    ...options,
  };
}

/** Of a count for which waiting would not help. */
export function findCountFault(
  { count }: { readonly count: number | null },
  { maxQueuedRecords }: RunLimits,
): readonly FieldError[] {
  if (count === null || count <= maxQueuedRecords) return [];
  const most = maxQueuedRecords.toLocaleString("en");
  return [{ field: "count", message: `must be at most ${most}: no more may be waiting at a time` }];
}

/** What `settle` gives; null where it refuses, whose errors are added then. */
function collect<T>(errors: FieldError[], settle: () => T): T | null {
  try {
    return settle();
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== "invalid-request") throw error;
    errors.push(...error.errors);
    return null;
  }
}
