import { messagesOf, openAlone } from "../../records/changing-runs.ts";
import { isRelated, type RecordType, type RunOfRecords } from "../../records/record-type.ts";
import { newestOf, type RecordTypes } from "../../records/record-types.ts";
import { relateAlone } from "../../records/relate-alone.ts";
import { invalidRequest, refuseAny } from "../http/problem.ts";
import { completeOptions, countOf } from "../runs/request/record-options.ts";
import type { AtOnceRequest } from "../runs/request/request-schema.ts";
import { findMessagesFault } from "../runs/request/settle-run.ts";

/** Records that are asked for at once, and how many. */
export interface RecordsAtOnce {
  readonly records: RunOfRecords;
  readonly count: number;
}

/**
 * Fills in what a request for records leaves open. Those of a type that is related to others are the first of a dataset of this type.
 * @throws Problem `invalid-request`, naming every bad field
 */
export async function completeAlone(
  types: RecordTypes,
  type: RecordType,
  request: AtOnceRequest,
  maxCount: number,
): Promise<RecordsAtOnce> {
  if (!isRelated(type.relations)) {
    const count = countOf(type, request, maxCount);
    const records = completeOptions(type, { ...request, count });
    const messages = messagesOf(type, records.seed, count) ?? count;
    refuseAny(findMessagesFault(type, messages, { maxRecordsPerRun: maxCount }));
    return {
      count: messages,
      records: openAlone(type, records, count),
    };
  }
  const { count: asked, ...rest } = request;
  const records = completeOptions(type, rest);
  const alone = await relateAlone(newestOf(types), [type.name], records);
  if (alone.kind === "refused")
    throw invalidRequest(alone.problems.map(({ message }) => ({ field: "type", message })));
  const { related } = alone;
  const most = Math.min(related.countOf(type.name) ?? 0, maxCount);
  const count = asked ?? most;
  if (count <= most)
    return { count: messagesOf(type, records.seed, count) ?? count, records: { ...records, related } };
  const message = `must be at most ${most.toLocaleString("en")}: so many are in a dataset of ${type.name}`;
  throw invalidRequest([{ field: "count", message }]);
}
