import type { NewRun } from "../../../ledger/runs/create-run.ts";
import { findPaceFaults, settlePace } from "../../../ledger/runs/pace-request.ts";
import { chunkMultipleOf, messagesOf, optionsAlone } from "../../../records/changing-runs.ts";
import type { RecordType } from "../../../records/record-type.ts";
import { type FieldError, invalidRequest, Problem } from "../../http/problem.ts";
import { completeOptions, countOf } from "./record-options.ts";
import { refuseRelated } from "./related-types.ts";
import type { RunRequest } from "./request-schema.ts";

export interface RunLimits {
  readonly chunkSize: number;
  readonly maxQueuedRecords: number;
  readonly maxRecordsPerRun: number;
}

/** A run as it goes to the ledger, but for the key under which it was asked for. */
export type SettledRun = Omit<NewRun, "idempotency">;

/**
 * Fills in what a request leaves open, and judges what its schema cannot.
 * @throws Problem `invalid-request`, naming every bad field
 */
export function settleRun(type: RecordType, limits: RunLimits, request: RunRequest): SettledRun {
  refuseRelated(type);
  const count = countOf(type, request, limits.maxRecordsPerRun);
  const counted = { ...request, count };
  const chunkMultiple = chunkMultipleOf(type);
  const errors: FieldError[] = findPaceFaults(counted, chunkMultiple);
  const records = collect(errors, () => completeOptions(type, counted));
  const messages = records === null ? count : messagesOf(type, records.seed, count);
  errors.push(...findCountFault(messages, limits), ...findMessagesFault(type, messages, limits));
  if (records === null || errors.length > 0) throw invalidRequest(errors);
  return {
    ...records,
    options: optionsAlone(type, records.options, count),
    count: messages,
    chunkMultiple,
    pace: settlePace(request),
    chunkSize: request.chunkSize ?? limits.chunkSize,
  };
}

/** Of a count for which waiting would not help. */
function findCountFault(count: number | null, { maxQueuedRecords }: RunLimits): readonly FieldError[] {
  if (count === null || count <= maxQueuedRecords) return [];
  const most = maxQueuedRecords.toLocaleString("en");
  return [{ field: "count", message: `must be at most ${most}: no more may be waiting at a time` }];
}

/** Of records that change there are more messages than were asked for. */
export function findMessagesFault(
  { changes }: RecordType,
  messages: number | null,
  { maxRecordsPerRun }: Pick<RunLimits, "maxRecordsPerRun">,
): readonly FieldError[] {
  if (changes === null || messages === null || messages <= maxRecordsPerRun) return [];
  const [many, most] = [messages, maxRecordsPerRun].map((each) => each.toLocaleString("en"));
  return [{ field: "count", message: `comes to ${many} changes, and at most ${most} may be asked for` }];
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
