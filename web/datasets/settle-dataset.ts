import type { NewDataset } from "../../ledger/datasets/create-dataset.ts";
import { type PlannedType, planDataset } from "../../records/plan-dataset.ts";
import { isRelated, type RelatedRun, type RunOptions } from "../../records/record-type.ts";
import { newestOf, type RecordTypes } from "../../records/record-types.ts";
import { relate } from "../../records/related-records.ts";
import { type FieldError, invalidRequest, refuseAny } from "../http/problem.ts";
import { pinRecords } from "../runs/request/record-options.ts";
import type { RunLimits } from "../runs/request/settle-run.ts";
import { collectErrors, withinType } from "./collect-errors.ts";
import { hashDataset } from "./hash-dataset.ts";
import type { DatasetRequest } from "./parse-dataset-request.ts";
import { settleTypeOptions, spellTypeRequest } from "./settle-type.ts";
import type { TypeRequest } from "./type-request.ts";

/** A dataset as it goes to the ledger, but for the key under which it was asked for. */
export interface SettledDataset extends Omit<NewDataset, "idempotency"> {
  /** With what was planned of their types. */
  readonly planned: readonly PlannedType[];
  /** Tells requests that ask for the same from others. */
  readonly requestHash: string;
}

export type SettleDataset = (request: DatasetRequest, types: RecordTypes) => Promise<SettledDataset>;

/** What has been settled of one type. */
interface SettledType extends PlannedType {
  readonly request: TypeRequest;
  readonly fields: readonly string[];
  readonly options: RunOptions;
}

/**
 * Prepares the settling of requests for datasets: all types that are needed, how many records each has and with which options,
 * each as a run of that type would have them.
 * @returns a function that throws Problem `invalid-request`, naming every bad field as `types.order.count`
 */
export function createSettleDataset(limits: RunLimits): SettleDataset {
  return async (request, types) => {
    const pinned = pinRecords(request);
    const errors: FieldError[] = [];
    const asked = new Map(Object.entries(request.types));
    const plan = await planDataset(
      newestOf(types),
      [...asked].map(([name, { count = null }]) => ({ name, count })),
      { seed: pinned.seed, scale: request.scale ?? 1 },
    );
    if (plan.kind === "refused") {
      throw invalidRequest(
        plan.problems.map(({ type, member, message }) => ({
          field: member === null ? `types.${type}` : `types.${type}.${member}`,
          message,
        })),
      );
    }
    errors.push(...findCountFaults(plan.types, limits));
    const settled: SettledType[] = [];
    for (const planned of plan.types) {
      const { type } = planned;
      const typeRequest = asked.get(type.name) ?? {};
      const options = collectErrors(
        errors,
        () => settleTypeOptions(planned, typeRequest),
        withinType(type.name),
      );
      if (options !== null) settled.push({ ...planned, request: typeRequest, ...options });
    }
    refuseAny(errors);

    const related: Record<string, RelatedRun> = Object.fromEntries(
      settled.map(({ type: { name, version }, count, options }) => [name, { version, count, options }]),
    );
    const relations = relate(new Map(settled.map(({ type }) => [type.name, type])), pinned, related);
    const belongTogether = settled.some(({ type }) => isRelated(type.relations) || type.changes !== null);
    const chunkSize = request.chunkSize ?? limits.chunkSize;
    const runs = settled.map(({ type, messages, fields, options }) => ({
      recordType: { name: type.name, version: type.version },
      ...pinned,
      fields,
      options: belongTogether ? { ...options, related } : options,
      count: messages,
      chunkMultiple: type.changes?.messagesOfBlock ?? 1,
      pace: null,
      chunkSize,
    }));
    refuseAny(findEmptyTargets(settled));
    for (const [index, run] of runs.entries()) {
      const { type, count } = settled[index] as SettledType;
      if (count === 0) continue;
      const capacity = type.capacityOf({ ...run, related: relations });
      if (count <= capacity) continue;
      const message = `comes to ${text(count)}, and must be at most ${text(capacity)}: unique fields have no more values`;
      errors.push({ field: `types.${type.name}.count`, message });
    }
    refuseAny(errors);
    return {
      ...pinned,
      types: Object.fromEntries(
        runs.map((run, index) => [run.recordType.name, spellTypeRequest(settled[index] as SettledType, run)]),
      ),
      runs,
      planned: plan.types,
      requestHash: hashDataset(
        request,
        settled.flatMap(({ type, request: said }, index) =>
          asked.has(type.name) ? [{ type, said, run: runs[index] as Run }] : [],
        ),
        limits.chunkSize,
      ),
    };
  };
}

const text = (count: number): string => count.toLocaleString("en");

type Run = NewDataset["runs"][number];

function findCountFaults(
  planned: readonly PlannedType[],
  { maxRecordsPerRun, maxQueuedRecords }: RunLimits,
): readonly FieldError[] {
  const errors = planned
    .filter(({ messages }) => messages > maxRecordsPerRun)
    .map(({ type, messages }) => ({
      field: `types.${type.name}.count`,
      message: `comes to ${text(messages)}, and must be at most ${text(maxRecordsPerRun)}`,
    }));
  const sum = planned.reduce((total, { messages }) => total + messages, 0);
  if (errors.length > 0 || sum <= maxQueuedRecords) return errors;
  const most = text(maxQueuedRecords);
  return [
    { field: "types", message: `come to ${text(sum)} records, and at most ${most} may be waiting at a time` },
  ];
}

/** Records refer to none where there are none. */
function findEmptyTargets(settled: readonly SettledType[]): readonly FieldError[] {
  const none = new Set(settled.filter(({ count }) => count === 0).map(({ type }) => type.name));
  return settled
    .filter(({ count }) => count > 0)
    .flatMap(({ type }) =>
      type.relations.links
        .filter((link) => link.kind === "ref" && link.type !== type.name && none.has(link.type))
        .map((link) => ({
          field: `types.${type.name}.count`,
          message: `must be 0: ${link.from} refers to records of ${link.type}, of which there are none`,
        })),
    );
}
